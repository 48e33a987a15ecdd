#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"
#include "common/wire/hex_member.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/peer_messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace suara::wire::peer {
namespace {

Error bad_value(const std::string& path, std::string_view wanted) {
  return {DecodeError::kBadValue, path + " must be " + std::string(wanted)};
}

Result<Hash256> hash(const ObjectReader& reader, std::string_view name) {
  const auto bytes = hex_member<32>(reader, name);
  if (!bytes) return bytes.error();
  Hash256 value;
  value.bytes = *bytes;
  return value;
}

/// A list of ids; absent means empty.
Result<std::vector<Hash256>> hashes(const ObjectReader& reader, std::string_view name, std::size_t max_items) {
  std::vector<Hash256> ids;
  if (!reader.has(name)) return ids;
  const auto texts = reader.texts(name, max_items, 64);
  if (!texts) return texts.error();
  ids.reserve(texts->size());
  for (const std::string& text : *texts) {
    const auto id = Hash256::from_hex(text);
    if (!id) return bad_value(reader.path_of(name), "a list of ids of 64 hexadecimal digits");
    ids.push_back(*id);
  }
  return ids;
}

Result<Bytes> base64_bytes(const ObjectReader& reader, std::string_view name, std::size_t max_size_bytes) {
  const auto text = reader.text(name, (max_size_bytes + 2) / 3 * 4);
  if (!text) return text.error();
  auto bytes = from_base64(*text);
  if (!bytes) return bad_value(reader.path_of(name), "base64");
  return std::move(*bytes);
}

Result<std::vector<Bytes>> base64_list(const ObjectReader& reader, std::string_view name, std::size_t max_items) {
  const auto texts = reader.texts(name, max_items, kMaxPeerLineSizeBytes);
  if (!texts) return texts.error();
  std::vector<Bytes> items;
  items.reserve(texts->size());
  for (const std::string& text : *texts) {
    auto bytes = from_base64(text);
    if (!bytes) return bad_value(reader.path_of(name), "a list of base64 texts");
    items.push_back(std::move(*bytes));
  }
  return items;
}

Result<Address> address(const std::string& text, const std::string& path) {
  auto parsed = parse_address(text);
  if (!parsed) return bad_value(path, "host:port: " + parsed.error().message());
  return parsed;
}

/// A list of whole numbers.
Result<std::vector<std::uint32_t>> numbers(const Envelope& envelope, std::string_view name, std::size_t max_items) {
  const std::string path = envelope.reader().path_of(name);
  const boost::json::value* found = envelope.payload.if_contains(name);
  if (found == nullptr || found->is_null()) return Error(DecodeError::kMissingMember, path + " is required");
  if (!found->is_array()) return Error(DecodeError::kWrongType, path + " must be an array");
  if (found->get_array().size() > max_items)
    return bad_value(path, "at most " + std::to_string(max_items) + " numbers");
  std::vector<std::uint32_t> list;
  list.reserve(found->get_array().size());
  for (const boost::json::value& item : found->get_array()) {
    if (!item.is_int64() || item.get_int64() < 0 || item.get_int64() > UINT32_MAX) {
      return bad_value(path, "a list of whole numbers");
    }
    list.push_back(static_cast<std::uint32_t>(item.get_int64()));
  }
  return list;
}

/// `time_ms` of whoever says what its clock says.
Result<std::optional<std::uint64_t>> clock_reading(const ObjectReader& reader) {
  if (!reader.has("time_ms")) return std::optional<std::uint64_t>();
  const auto time_ms = reader.integer("time_ms", kMaxTimeMs);
  if (!time_ms) return time_ms.error();
  return std::optional(*time_ms);
}

Result<Message> decode_hello(const Envelope& envelope, const ObjectReader& reader) {
  Hello hello;
  auto spoken = numbers(envelope, "versions", kMaxVersions);
  if (!spoken) return spoken.error();
  hello.versions = std::move(*spoken);
  const auto network = hash(reader, "network");
  if (!network) return network.error();
  hello.network = NetworkId(*network);
  const auto key = hex_member<sizeof(PublicKey::bytes)>(reader, "node_key");
  if (!key) return key.error();
  hello.node_key.bytes = *key;
  const auto nonce = hash(reader, "nonce");
  if (!nonce) return nonce.error();
  hello.nonce = *nonce;
  if (reader.has("listen")) {
    const auto text = reader.text("listen", kMaxHostSizeBytes + 8);
    if (!text) return text.error();
    auto listen = address(*text, reader.path_of("listen"));
    if (!listen) return listen.error();
    hello.listen = std::move(*listen);
  }
  const auto time_ms = clock_reading(reader);
  if (!time_ms) return time_ms.error();
  hello.time_ms = *time_ms;
  if (reader.has("compact")) {
    const auto compact = reader.boolean("compact");
    if (!compact) return compact.error();
    hello.compact = *compact;
  }
  const auto height = reader.integer("height", INT64_MAX);
  if (!height) return height.error();
  hello.height = *height;
  const auto work = hash(reader, "work");
  if (!work) return work.error();
  hello.work = *work;
  auto agent = text_or(reader, "agent", kMaxAgentSizeBytes);
  if (!agent) return agent.error();
  if (!std::ranges::all_of(*agent, [](char c) { return c >= ' ' && c <= '~'; })) {
    return bad_value(reader.path_of("agent"), "printable ASCII");
  }
  hello.agent = std::move(*agent);
  return Message(std::move(hello));
}

Result<Message> decode_hello_proof(const Envelope&, const ObjectReader& reader) {
  const auto signature = hex_member<64>(reader, "signature");
  if (!signature) return signature.error();
  HelloProof proof;
  proof.signature.bytes = *signature;
  return Message(proof);
}

Result<Message> decode_bye(const Envelope&, const ObjectReader& reader) {
  auto reason = text_or(reader, "reason", kMaxReasonSizeBytes);
  if (!reason) return reason.error();
  return Message(Bye{std::move(*reason)});
}

Result<Message> decode_error(const Envelope&, const ObjectReader& reader) {
  auto code = text_or(reader, "code", kMaxReasonSizeBytes);
  if (!code) return code.error();
  auto message = text_or(reader, "message", kMaxReasonSizeBytes);
  if (!message) return message.error();
  return Message(ErrorMessage{std::move(*code), std::move(*message)});
}

Result<Message> decode_ping(const Envelope&, const ObjectReader& reader) {
  const auto nonce = reader.integer("nonce");
  if (!nonce) return nonce.error();
  return Message(Ping{*nonce});
}

Result<Message> decode_pong(const Envelope&, const ObjectReader& reader) {
  const auto nonce = reader.integer("nonce");
  if (!nonce) return nonce.error();
  const auto time_ms = clock_reading(reader);
  if (!time_ms) return time_ms.error();
  return Message(Pong{*nonce, *time_ms});
}

Result<Message> decode_peers(const Envelope&, const ObjectReader& reader) {
  const auto texts = reader.texts("addresses", kMaxAddressesPerMessage, kMaxHostSizeBytes + 8);
  if (!texts) return texts.error();
  Peers peers;
  for (const std::string& text : *texts) {
    auto parsed = address(text, reader.path_of("addresses"));
    if (!parsed) return parsed.error();
    peers.addresses.push_back(std::move(*parsed));
  }
  return Message(std::move(peers));
}

template <class AnnounceOrNotFound>
Result<Message> decode_ids(const Envelope&, const ObjectReader& reader) {
  auto blocks = hashes(reader, "blocks", kMaxAnnouncedIds);
  if (!blocks) return blocks.error();
  auto transactions = hashes(reader, "transactions", kMaxAnnouncedIds);
  if (!transactions) return transactions.error();
  return Message(AnnounceOrNotFound{std::move(*blocks), std::move(*transactions)});
}

Result<Message> decode_get_headers(const Envelope&, const ObjectReader& reader) {
  auto locator = hashes(reader, "locator", kMaxLocatorSize);
  if (!locator) return locator.error();
  return Message(GetHeaders{std::move(*locator)});
}

Result<Message> decode_headers(const Envelope&, const ObjectReader& reader) {
  auto bytes = base64_bytes(reader, "headers", kMaxHeadersPerMessage * kSealedHeaderSizeBytes);
  if (!bytes) return bytes.error();
  if (bytes->size() % kHeaderSizeBytes != 0 && bytes->size() % kSealedHeaderSizeBytes != 0) {
    return bad_value(reader.path_of("headers"), "headers of 96 bytes each, or of 224 with seals");
  }
  return Message(Headers{std::move(*bytes)});
}

Result<Message> decode_get_blocks(const Envelope&, const ObjectReader& reader) {
  auto ids = hashes(reader, "ids", kMaxBlocksPerRequest);
  if (!ids) return ids.error();
  return Message(GetBlocks{std::move(*ids)});
}

Result<Message> decode_block(const Envelope&, const ObjectReader& reader) {
  auto bytes = base64_bytes(reader, "block", kMaxPeerLineSizeBytes);
  if (!bytes) return bytes.error();
  return Message(BlockBody{std::move(*bytes)});
}

Result<Message> decode_get_transactions(const Envelope&, const ObjectReader& reader) {
  auto ids = hashes(reader, "ids", kMaxTransactionsPerRequest);
  if (!ids) return ids.error();
  return Message(GetTransactions{std::move(*ids)});
}

Result<Message> decode_transactions(const Envelope&, const ObjectReader& reader) {
  auto transactions = base64_list(reader, "transactions", kMaxTransactionsPerRequest);
  if (!transactions) return transactions.error();
  return Message(Transactions{std::move(*transactions)});
}

Result<Message> decode_get_compact(const Envelope&, const ObjectReader& reader) {
  const auto id = hash(reader, "id");
  if (!id) return id.error();
  return Message(GetCompact{*id});
}

Result<Message> decode_compact(const Envelope&, const ObjectReader& reader) {
  Compact compact;
  auto header = base64_bytes(reader, "header", kSealedHeaderSizeBytes);
  if (!header) return header.error();
  if (header->size() != kHeaderSizeBytes && header->size() != kSealedHeaderSizeBytes) {
    return bad_value(reader.path_of("header"), "a header of 96 bytes, or of 224 with its seal");
  }
  compact.header = std::move(*header);
  const auto leaves = base64_bytes(reader, "leaves", kMaxTransactionsPerCompact * sizeof(Hash256));
  if (!leaves) return leaves.error();
  if (leaves->size() % sizeof(Hash256) != 0) return bad_value(reader.path_of("leaves"), "hashes of 32 bytes each");
  compact.leaves.resize(leaves->size() / sizeof(Hash256));
  auto next = leaves->begin();
  for (Hash256& leaf : compact.leaves) {
    std::copy_n(next, sizeof(Hash256), leaf.bytes.begin());
    next += sizeof(Hash256);
  }
  return Message(std::move(compact));
}

Result<Message> decode_get_block_transactions(const Envelope& envelope, const ObjectReader& reader) {
  const auto id = hash(reader, "id");
  if (!id) return id.error();
  auto indexes = numbers(envelope, "indexes", kMaxTransactionsPerCompact);
  if (!indexes) return indexes.error();
  if (std::ranges::adjacent_find(*indexes, std::ranges::greater_equal()) != indexes->end()) {
    return bad_value(reader.path_of("indexes"), "strictly ascending");
  }
  return Message(GetBlockTransactions{*id, std::move(*indexes)});
}

Result<Message> decode_block_transactions(const Envelope&, const ObjectReader& reader) {
  const auto id = hash(reader, "id");
  if (!id) return id.error();
  auto transactions = base64_list(reader, "transactions", kMaxTransactionsPerCompact);
  if (!transactions) return transactions.error();
  return Message(BlockTransactions{*id, std::move(*transactions)});
}

Result<Message> decode_spec(const Envelope&, const ObjectReader& reader) {
  auto json = reader.text("spec", kMaxSpecSizeBytes);
  if (!json) return json.error();
  return Message(Spec{std::move(*json)});
}

template <class Empty>
Result<Message> decode_empty(const Envelope&, const ObjectReader&) {
  return Message(Empty{});
}

struct Kind {
  std::string_view type;
  Result<Message> (*decode)(const Envelope&, const ObjectReader&);
};

constexpr std::array kKinds = {
    Kind{"hello", decode_hello},
    Kind{"hello_proof", decode_hello_proof},
    Kind{"bye", decode_bye},
    Kind{"error", decode_error},
    Kind{"ping", decode_ping},
    Kind{"pong", decode_pong},
    Kind{"get_peers", decode_empty<GetPeers>},
    Kind{"peers", decode_peers},
    Kind{"announce", decode_ids<Announce>},
    Kind{"get_headers", decode_get_headers},
    Kind{"headers", decode_headers},
    Kind{"get_blocks", decode_get_blocks},
    Kind{"block", decode_block},
    Kind{"get_transactions", decode_get_transactions},
    Kind{"transactions", decode_transactions},
    Kind{"not_found", decode_ids<NotFound>},
    Kind{"get_mempool", decode_empty<GetMempool>},
    Kind{"get_spec", decode_empty<GetSpec>},
    Kind{"spec", decode_spec},
    Kind{"get_compact", decode_get_compact},
    Kind{"compact", decode_compact},
    Kind{"get_block_transactions", decode_get_block_transactions},
    Kind{"block_transactions", decode_block_transactions},
};

}  // namespace

Result<Message> decode(std::string_view line) {
  auto envelope = decode_envelope(line);
  if (!envelope) return envelope.error();
  for (const Kind& kind : kKinds) {
    if (kind.type == envelope->type) return kind.decode(*envelope, envelope->reader());
  }
  return Message(Unknown{std::move(envelope->type)});
}

}  // namespace suara::wire::peer
