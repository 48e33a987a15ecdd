#include "bootstrap-server/store/row.hpp"

#include "bootstrap-server/store/keys.hpp"
#include "common/crypto/sha256.hpp"
#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "common/wire/limits.hpp"

#include <algorithm>

namespace suara::directory {
namespace {

// Millions of rows lie on disk and in its cache: what is absent or can be told from the key takes a bit, times take six
// bytes, and texts one or two for their size.
enum : std::uint16_t {
  kFlavourBits = 3,  // of the first two
  kVerified = 1 << 2,
  kHasLease = 1 << 3,
  kHasNextCheck = 1 << 4,
  kHasLastCheck = 1 << 5,
  kHasFailed = 1 << 6,  // failures and error
  kHasSource = 1 << 7,  // not the host of the address
  kHasClassicKey = 1 << 8,
  kHasStatus = 1 << 9,
  kHasTip = 1 << 10,
  kHasOffset = 1 << 11,
  kHasKey = 1 << 12,
};

std::uint16_t flags_of(const Row& row) {
  const auto flag = [](bool set, unsigned bit) { return set ? bit : 0U; };
  return static_cast<std::uint16_t>(
      static_cast<unsigned>(row.flavour) | flag(row.verified, kVerified) | flag(row.lease_ends_ms != 0, kHasLease) |
      flag(row.next_check_ms != 0, kHasNextCheck) | flag(row.last_check_ms != 0, kHasLastCheck) |
      flag(row.failures != 0 || !row.check_error.empty(), kHasFailed) |
      flag(row.source_host != row.address.host, kHasSource) | flag(!row.classic_key.empty(), kHasClassicKey) |
      flag(row.status.has_value(), kHasStatus) | flag(row.status && !row.status->tip.empty(), kHasTip) |
      flag(row.clock_offset_ms.has_value(), kHasOffset) | flag(row.key.has_value(), kHasKey));
}

void put_time(ByteWriter& out, std::uint64_t ms) {
  CHECK(ms <= kNeverMs);
  out.u32(static_cast<std::uint32_t>(ms));
  out.u16(static_cast<std::uint16_t>(ms >> 32U));
}

std::uint64_t take_time(ByteReader& in) {
  const std::uint64_t low = in.u32();
  return low | static_cast<std::uint64_t>(in.u16()) << 32U;
}

// At most 255 bytes.
void put_short_text(ByteWriter& out, std::string_view text) {
  CHECK(text.size() <= UINT8_MAX);
  out.u8(static_cast<std::uint8_t>(text.size()));
  out.raw(as_bytes(text));
}

std::string take_short_text(ByteReader& in) {
  const std::size_t size = in.u8();
  return std::string(as_text(in.raw(size)));
}

void put_status(ByteWriter& out, const wire::PeerStatus& status) {
  out.u64(status.height_blocks);
  if (!status.tip.empty()) {
    const auto tip = Hash256::from_hex(status.tip);
    CHECK(tip);  // the codec lets nothing else through
    out.raw(tip->view());
  }
  put_short_text(out, status.agent);
  out.u64(status.time_ms);
}

wire::PeerStatus take_status(ByteReader& in, bool has_tip) {
  wire::PeerStatus status;
  status.height_blocks = in.u64();
  if (has_tip) {
    Hash256 tip;
    in.read(tip.bytes);
    status.tip = tip.hex();
  }
  status.agent = take_short_text(in);
  status.time_ms = in.u64();
  return status;
}

}  // namespace

std::uint64_t deadline_of(const Row& row) {
  const auto or_never = [](std::uint64_t ms) { return ms == 0 ? kNeverMs : ms; };
  return std::min(or_never(row.lease_ends_ms), or_never(row.next_check_ms));
}

std::string encode_row(const Row& row) {
  ByteWriter out;
  const std::uint16_t flags = flags_of(row);
  out.u16(flags);
  put_time(out, row.first_seen_ms);
  put_time(out, row.due_ms);
  if ((flags & kHasLease) != 0) put_time(out, row.lease_ends_ms);
  if ((flags & kHasNextCheck) != 0) put_time(out, row.next_check_ms);
  if ((flags & kHasLastCheck) != 0) put_time(out, row.last_check_ms);
  if ((flags & kHasFailed) != 0) {
    out.u8(row.failures);
    put_short_text(out, row.check_error);
  }
  if ((flags & kHasSource) != 0) put_short_text(out, row.source_host);
  if ((flags & kHasClassicKey) != 0) {
    out.u16(static_cast<std::uint16_t>(row.classic_key.size()));
    out.raw(as_bytes(row.classic_key));
  }
  if ((flags & kHasStatus) != 0) put_status(out, *row.status);
  if ((flags & kHasOffset) != 0) out.u64(static_cast<std::uint64_t>(*row.clock_offset_ms));
  if ((flags & kHasKey) != 0) {
    out.raw(row.key->view());
    out.u64(row.sequence);
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
  const std::uint16_t flags = in.u16();
  row.flavour = static_cast<wire::Flavour>(flags & kFlavourBits);
  row.verified = (flags & kVerified) != 0;
  row.first_seen_ms = take_time(in);
  row.due_ms = take_time(in);
  if ((flags & kHasLease) != 0) row.lease_ends_ms = take_time(in);
  if ((flags & kHasNextCheck) != 0) row.next_check_ms = take_time(in);
  if ((flags & kHasLastCheck) != 0) row.last_check_ms = take_time(in);
  if ((flags & kHasFailed) != 0) {
    row.failures = in.u8();
    row.check_error = take_short_text(in);
  }
  row.source_host = (flags & kHasSource) != 0 ? take_short_text(in) : row.address.host;
  if ((flags & kHasClassicKey) != 0) {
    const std::size_t size = in.u16();
    row.classic_key = as_text(in.raw(size));
  }
  if ((flags & kHasStatus) != 0) row.status = take_status(in, (flags & kHasTip) != 0);
  if ((flags & kHasOffset) != 0) row.clock_offset_ms = static_cast<std::int64_t>(in.u64());
  if ((flags & kHasKey) != 0) {
    in.read(row.key.emplace().bytes);
    row.sequence = in.u64();
  }
  CHECK(in.finished());
  return row;
}

}  // namespace suara::directory
