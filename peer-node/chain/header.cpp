#include "peer-node/chain/header.hpp"

#include "common/util/byte_reader.hpp"
#include "peer-node/chain/rule_error.hpp"

namespace suara::chain {
namespace {

// Blocks are hashed and synced by the hundred thousand: no allocation here.
class Fields {
 public:
  explicit Fields(std::array<std::uint8_t, kHeaderSizeBytes>& bytes) : bytes_(bytes) {}

  template <class T>
  void integer(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_[at_++] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
  }
  void hash(const Hash256& value) {
    for (const std::uint8_t byte : value.bytes) bytes_[at_++] = byte;
  }

 private:
  std::array<std::uint8_t, kHeaderSizeBytes>& bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::array<std::uint8_t, kHeaderSizeBytes> encode(const Header& header) {
  std::array<std::uint8_t, kHeaderSizeBytes> bytes{};
  Fields fields(bytes);
  fields.integer(header.version);
  fields.integer(header.height);
  fields.hash(header.previous);
  fields.hash(header.transactions_root);
  fields.integer(header.time_ms);
  fields.integer(header.bits);
  fields.integer(header.nonce);
  return bytes;
}

Result<Header> decode_header(ByteView bytes) {
  if (bytes.size() != kHeaderSizeBytes) return Error(RuleError::kBadEncoding, "a header has 96 bytes");
  ByteReader reader(bytes);
  Header header;
  header.version = reader.u32();
  header.height = reader.u64();
  reader.read(header.previous.bytes);
  reader.read(header.transactions_root.bytes);
  header.time_ms = reader.u64();
  header.bits = reader.u32();
  header.nonce = reader.u64();
  return header;
}

BlockId block_id(const Header& header) { return BlockId(sha256(encode(header))); }

}  // namespace suara::chain
