#include "common/wire/classic_bootstrap.hpp"

#include "common/util/ascii.hpp"
#include "common/util/base64.hpp"
#include "common/util/check.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace json = boost::json;
namespace {

// Longest text of an address: brackets, colon and five digits around the host.
constexpr std::size_t kMaxAddressTextSizeBytes = kMaxHostSizeBytes + 8;

constexpr std::string_view kBlanks = " \t\r\n";

// Whether the quote before `rest` ends a string, when keys may hold quotes too: it must be followed by what
// follows a name or a value.
bool ends_string(std::string_view rest) {
  const auto skip_blanks = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size())); };
  skip_blanks();
  if (rest.empty() || rest.front() == ':') return true;
  if (rest.front() != ',' && rest.front() != '}') return false;
  const bool closing = rest.front() == '}';
  rest.remove_prefix(1);
  skip_blanks();
  return closing ? rest.empty() || rest.front() == ',' || rest.front() == '}' : !rest.empty() && rest.front() == '"';
}

bool is_escape(std::string_view rest) {
  if (rest.empty()) return false;
  if (rest.front() != 'u') return std::string_view("\"\\/bfnrt").find(rest.front()) != std::string_view::npos;
  return rest.size() >= 5 && rest.substr(1, 4).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Keys are put into their string as they are: makes JSON of it by escaping what stands unescaped.
std::string escape_raw_bytes(std::string_view text) {
  std::string escaped;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string) {
      in_string = c == '"';
      escaped += c;
    } else if (c == '"') {
      in_string = !ends_string(text.substr(i + 1));
      escaped += in_string ? "\\\"" : "\"";
    } else if (c == '\\' && is_escape(text.substr(i + 1))) {
      escaped.append(text.substr(i, 2));
      ++i;
    } else if (c == '\\') {
      escaped += "\\\\";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      escaped.append("\\u00").append(1, kDigits[static_cast<unsigned char>(c) >> 4]).append(1, kDigits[c & 0xf]);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Result<ClassicPeer> decode_peer(const json::object& object, const std::string& path) {
  const json::object known = with_classic_names(object);
  const ObjectReader reader(known, path);
  const auto address_text = reader.text("address", kMaxAddressTextSizeBytes);
  if (!address_text) return address_text.error();
  auto address = parse_address(*address_text);
  if (!address) return address.error();
  ClassicPeer peer{std::move(*address), {}};
  if (reader.has("publickey")) {
    auto key = reader.text("publickey", kMaxClassicKeySizeBytes);
    if (!key) return key.error();
    peer.key = std::move(*key);
  }
  return peer;
}

struct DecodedPayload {
  Flavour flavour;
  ClassicPeer peer;
};

Result<DecodedPayload> decode_payload(std::string_view payload) {
  auto address = parse_address(payload);
  if (address) return DecodedPayload{Flavour::kClassicV1, {std::move(*address), {}}};
  const auto decoded = from_base64(payload);
  if (!decoded) return address.error();
  std::string_view text = as_text(*decoded);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  if (!text.starts_with('{')) return address.error();
  const auto object = parse_json_object(escape_raw_bytes(text), Utf8::kAny);
  if (!object) return object.error();
  auto peer = decode_peer(*object, "payload");
  if (!peer) return peer.error();
  return DecodedPayload{Flavour::kClassicV2, std::move(*peer)};
}

json::object peer_object(const ClassicPeer& peer) {
  json::object object{{"address", peer.address.text()}};
  if (!peer.key.empty()) object["publicKey"] = peer.key;
  return object;
}

}  // namespace

json::object with_classic_names(const json::object& object) {
  json::object renamed;
  for (const auto& member : object) {
    std::string name;
    for (const char c : std::string_view(member.key().data(), member.key().size())) name += ascii_lower(c);
    for (const std::string_view known : {"type", "payload", "address", "publickey"}) {
      if (name == known) renamed[known] = member.value();
    }
  }
  return renamed;
}

Result<BootstrapRequest> decode_classic_v0(std::string_view text) {
  const auto object = parse_json_object(text);
  if (!object) return object.error();
  auto peer = decode_peer(*object, {});
  if (!peer) return peer.error();
  return BootstrapRequest(Register{Flavour::kClassicV0, std::move(peer->address), {}, {}, {}});
}

Result<BootstrapRequest> decode_classic(std::string_view type, std::string_view payload) {
  constexpr std::string_view kKnown = "REGISTER, GET_PEERS, REMOVE (with a string as payload)";
  if (type == "GET_PEERS") return BootstrapRequest(GetPeers{.native = false, .network = {}, .limit = 0, .after = {}});
  if (type != "REGISTER" && type != "REMOVE") return unknown_type(type, kKnown);
  auto decoded = decode_payload(payload);
  if (!decoded) return decoded.error();
  auto& [flavour, peer] = *decoded;
  if (type == "REMOVE") return BootstrapRequest(Remove{flavour, std::move(peer.address), {}});
  return BootstrapRequest(Register{flavour, std::move(peer.address), {}, {}, std::move(peer.key)});
}

std::string encode_classic_peers(const std::vector<ClassicPeer>& peers) {
  json::array array;
  for (const ClassicPeer& peer : peers) array.push_back(peer_object(peer));
  return json::serialize(array) + "\n";
}

std::string encode_classic_notice(ClassicNotice notice, Flavour receiver, const ClassicPeer& peer) {
  CHECK(receiver != Flavour::kNative);
  std::string data = peer.address.text();
  // Only who joins is told with a key; whoever leaves is known by address alone.
  if (notice == ClassicNotice::kJoined && receiver == Flavour::kClassicV2) {
    json::object object{{"address", data}, {"publicKey", peer.key}};
    data = json::serialize(object);
  }
  const std::string_view type = notice == ClassicNotice::kJoined ? "new_peer_joined" : "shutdown_peer";
  std::string line = "{\"type\":\"";
  line.append(type).append("\",\"data\":\"").append(to_base64(as_bytes(data))).append("\"}\n");
  return line;
}

}  // namespace suara::wire
