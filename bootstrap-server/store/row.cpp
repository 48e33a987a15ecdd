#include "bootstrap-server/store/row.hpp"

#include "bootstrap-server/store/keys.hpp"
#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "common/wire/limits.hpp"

namespace suara::directory {

std::string encode_row(const Row& row) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(row.flavour));
  out.u8(row.verified ? 1 : 0);
  out.u64(row.first_seen_ms);
  out.u64(row.lease_ends_ms);
  out.sized(row.source_host);
  out.sized(row.classic_key);
  out.u8(row.status ? 1 : 0);
  if (row.status) {
    out.u64(row.status->height_blocks);
    out.sized(row.status->tip);
    out.sized(row.status->agent);
    out.u64(row.status->time_ms);
  }
  return out.text();
}

Row decode_row(std::string_view key, std::string_view value) {
  Row row;
  row.network = network_of(key);
  const auto address = wire::parse_address(key.substr(1 + row.network.size() / 2 + kAddressHashSizeBytes));
  CHECK(address);
  row.address = *address;
  ByteReader in(as_bytes(value));
  const std::uint8_t flavour = in.u8();
  CHECK(flavour <= static_cast<std::uint8_t>(wire::Flavour::kNative));
  row.flavour = static_cast<wire::Flavour>(flavour);
  row.verified = in.u8() != 0;
  row.first_seen_ms = in.u64();
  row.lease_ends_ms = in.u64();
  row.source_host = in.sized_text(wire::kMaxHostSizeBytes);
  row.classic_key = in.sized_text(wire::kMaxClassicKeySizeBytes);
  if (in.u8() != 0) {
    wire::PeerStatus& status = row.status.emplace();
    status.height_blocks = in.u64();
    status.tip = in.sized_text(2 * 32);
    status.agent = in.sized_text(wire::kMaxAgentSizeBytes);
    status.time_ms = in.u64();
  }
  CHECK(in.finished());
  return row;
}

}  // namespace suara::directory
