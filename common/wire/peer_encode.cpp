#include "common/util/base64.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/peer_messages.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace suara::wire::peer {
namespace {

// Ids, hex and base64 need no escaping, and announcements are long: the text is put together by hand.

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

std::string line(std::string_view type, std::string_view members) {
  std::string text;
  text.reserve(members.size() + 64);
  text.append(R"({"type":")").append(type).append(R"(","payload":{)").append(members).append("}}\n");
  return text;
}

/// "name":[item,...] where `append` writes one item.
template <class Items, class Append>
std::string list(std::string_view name, const Items& items, const Append& append) {
  std::string text;
  text.append("\"").append(name).append("\":[");
  bool first = true;
  for (const auto& item : items) {
    if (!first) text.push_back(',');
    first = false;
    append(text, item);
  }
  text.push_back(']');
  return text;
}

std::string numbers(std::string_view name, const std::vector<std::uint32_t>& values) {
  return list(name, values, [](std::string& text, std::uint32_t value) { text.append(std::to_string(value)); });
}

std::string hex_list(std::string_view name, const std::vector<Hash256>& ids) {
  return list(name, ids,
              [](std::string& text, const Hash256& id) { text.append("\"").append(to_hex(id.view())).append("\""); });
}

std::string base64_list(std::string_view name, const std::vector<Bytes>& items) {
  return list(name, items,
              [](std::string& text, const Bytes& bytes) { text.append("\"").append(to_base64(bytes)).append("\""); });
}

std::string hex_member(std::string_view name, ByteView bytes) {
  return "\"" + std::string(name) + "\":\"" + to_hex(bytes) + "\"";
}

std::string base64_member(std::string_view name, ByteView bytes) {
  return "\"" + std::string(name) + "\":\"" + to_base64(bytes) + "\"";
}

/// At most kMaxReasonSizeBytes of it, cut between characters.
std::string_view cut(std::string_view text) {
  if (text.size() <= kMaxReasonSizeBytes) return text;
  std::size_t end = kMaxReasonSizeBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string reason_member(std::string_view name, std::string_view text) {
  return "\"" + std::string(name) + "\":" + quoted(cut(text));
}

struct Encoder {
  std::string operator()(const Hello& hello) const {
    const std::string listen = hello.listen ? ",\"listen\":" + quoted(hello.listen->text()) : "";
    return line("hello", numbers("versions", hello.versions) + "," + hex_member("network", hello.network.view()) + "," +
                             hex_member("node_key", hello.node_key.view()) + "," +
                             hex_member("nonce", hello.nonce.view()) + listen +
                             ",\"height\":" + std::to_string(hello.height) + "," +
                             hex_member("work", hello.work.view()) + ",\"agent\":" + quoted(hello.agent) +
                             (hello.time_ms ? ",\"time_ms\":" + std::to_string(*hello.time_ms) : "") +
                             (hello.compact ? ",\"compact\":true" : ""));
  }
  std::string operator()(const HelloProof& proof) const {
    return line("hello_proof", hex_member("signature", proof.signature.view()));
  }
  std::string operator()(const Bye& bye) const { return line("bye", reason_member("reason", bye.reason)); }
  std::string operator()(const ErrorMessage& error) const {
    return line("error", reason_member("code", error.code) + "," + reason_member("message", error.message));
  }
  std::string operator()(const Ping& ping) const { return line("ping", "\"nonce\":" + std::to_string(ping.nonce)); }
  std::string operator()(const Pong& pong) const {
    return line("pong", "\"nonce\":" + std::to_string(pong.nonce) +
                            (pong.time_ms ? ",\"time_ms\":" + std::to_string(*pong.time_ms) : ""));
  }
  std::string operator()(const GetPeers&) const { return line("get_peers", ""); }
  std::string operator()(const Peers& peers) const {
    CHECK(peers.addresses.size() <= kMaxAddressesPerMessage);
    return line("peers", list("addresses", peers.addresses,
                              [](std::string& text, const Address& address) { text.append(quoted(address.text())); }));
  }
  std::string operator()(const Announce& announce) const {
    CHECK(announce.blocks.size() <= kMaxAnnouncedIds && announce.transactions.size() <= kMaxAnnouncedIds);
    return line("announce",
                hex_list("blocks", announce.blocks) + "," + hex_list("transactions", announce.transactions));
  }
  std::string operator()(const GetHeaders& request) const {
    CHECK(request.locator.size() <= kMaxLocatorSize);
    return line("get_headers", hex_list("locator", request.locator));
  }
  std::string operator()(const Headers& headers) const {
    CHECK(headers.bytes.size() <= kMaxHeadersPerMessage * kSealedHeaderSizeBytes);
    return line("headers", base64_member("headers", headers.bytes));
  }
  std::string operator()(const GetBlocks& request) const {
    CHECK(request.ids.size() <= kMaxBlocksPerRequest);
    return line("get_blocks", hex_list("ids", request.ids));
  }
  std::string operator()(const BlockBody& block) const { return line("block", base64_member("block", block.bytes)); }
  std::string operator()(const GetTransactions& request) const {
    CHECK(request.ids.size() <= kMaxTransactionsPerRequest);
    return line("get_transactions", hex_list("ids", request.ids));
  }
  std::string operator()(const Transactions& answer) const {
    CHECK(answer.transactions.size() <= kMaxTransactionsPerRequest);
    return line("transactions", base64_list("transactions", answer.transactions));
  }
  std::string operator()(const NotFound& answer) const {
    return line("not_found", hex_list("blocks", answer.blocks) + "," + hex_list("transactions", answer.transactions));
  }
  std::string operator()(const GetMempool&) const { return line("get_mempool", ""); }
  std::string operator()(const GetSpec&) const { return line("get_spec", ""); }
  std::string operator()(const Spec& spec) const { return line("spec", "\"spec\":" + quoted(spec.json)); }
  std::string operator()(const GetCompact& request) const {
    return line("get_compact", hex_member("id", request.id.view()));
  }
  std::string operator()(const Compact& compact) const {
    CHECK(compact.leaves.size() <= kMaxTransactionsPerCompact);
    Bytes leaves;
    leaves.reserve(compact.leaves.size() * sizeof(Hash256));
    for (const Hash256& leaf : compact.leaves) leaves.insert(leaves.end(), leaf.bytes.begin(), leaf.bytes.end());
    return line("compact", base64_member("header", compact.header) + "," + base64_member("leaves", leaves));
  }
  std::string operator()(const GetBlockTransactions& request) const {
    CHECK(request.indexes.size() <= kMaxTransactionsPerCompact);
    return line("get_block_transactions",
                hex_member("id", request.id.view()) + "," + numbers("indexes", request.indexes));
  }
  std::string operator()(const BlockTransactions& answer) const {
    CHECK(answer.transactions.size() <= kMaxTransactionsPerCompact);
    return line("block_transactions",
                hex_member("id", answer.id.view()) + "," + base64_list("transactions", answer.transactions));
  }
  std::string operator()(const Unknown&) const {
    CHECK(false && "an unknown message is never sent");
    return {};
  }
};

}  // namespace

std::string encode(const Message& message) { return std::visit(Encoder{}, message); }

}  // namespace suara::wire::peer
