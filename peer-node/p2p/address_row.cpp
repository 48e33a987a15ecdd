#include "peer-node/p2p/address_row.hpp"

#include "common/crypto/sha256.hpp"
#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"

namespace suara::p2p {
namespace {

constexpr std::uint8_t kRowVersion = 1;

}  // namespace

std::string encode(const AddressRow& row) {
  ByteWriter writer;
  writer.u8(kRowVersion);
  writer.u8(row.tried ? 1 : 0);
  writer.u8(row.failures);
  writer.u64(row.heard_ms);
  writer.u64(row.succeeded_ms);
  writer.u64(row.source.value());
  return writer.text();
}

std::optional<AddressRow> decode_address_row(std::string_view value) {
  ByteReader reader(as_bytes(value));
  AddressRow row;
  if (value.size() == sizeof(row.succeeded_ms)) {
    row.succeeded_ms = reader.u64();
    row.tried = row.succeeded_ms != 0;
    return row;
  }
  if (reader.u8() != kRowVersion) return std::nullopt;
  const std::uint8_t tried = reader.u8();
  row.tried = tried == 1;
  row.failures = reader.u8();
  row.heard_ms = reader.u64();
  row.succeeded_ms = reader.u64();
  row.source = reader.u64();
  const bool possible = tried <= 1 && (!row.tried || row.succeeded_ms != 0);
  return reader.finished() && possible ? std::optional(row) : std::nullopt;
}

std::string server_key(const wire::Address& server) { return std::string(kServerKeyPrefix) + server.text(); }

std::optional<wire::Address> server_of_key(std::string_view key) {
  if (!key.starts_with(kServerKeyPrefix)) return std::nullopt;
  const auto server = wire::parse_address(key.substr(kServerKeyPrefix.size()));
  return server ? std::optional(*server) : std::nullopt;
}

std::string encode(const ServerRow& row) {
  ByteWriter writer;
  writer.u64(row.named_ms);
  writer.u64(row.answered_ms);
  return writer.text();
}

std::optional<ServerRow> decode_server_row(std::string_view value) {
  ByteReader reader(as_bytes(value));
  ServerRow row;
  row.named_ms = reader.u64();
  row.answered_ms = reader.u64();
  return reader.finished() ? std::optional(row) : std::nullopt;
}

bool is_book_row(std::string_view key, std::string_view value) {
  if (key == kBookSecretKey) return value.size() == sizeof(Hash256::bytes);
  if (server_of_key(key)) return decode_server_row(value).has_value();
  return wire::parse_address(key) && decode_address_row(value);
}

}  // namespace suara::p2p
