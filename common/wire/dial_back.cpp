#include "common/wire/dial_back.hpp"

#include "common/util/hex.hpp"
#include "common/wire/bootstrap_members.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"

#include <boost/json/value.hpp>

#include <algorithm>

namespace suara::wire {
namespace {

constexpr std::string_view kDomain = "suara.verify";
constexpr std::string_view kQuestion = "verify";
constexpr std::string_view kAnswer = "verified";

Result<Hash256> hash(const ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name, 64);
  if (!text) return text.error();
  const auto value = Hash256::from_hex(*text);
  if (!value) return Error(DecodeError::kBadValue, reader.path_of(name) + " must be 64 hexadecimal digits");
  return *value;
}

// The 64 bytes of a key or a signature.
template <class T>
Result<T> sixty_four(const ObjectReader& reader, std::string_view name) {
  T value;
  const auto text = reader.text(name, 2 * value.bytes.size());
  if (!text) return text.error();
  const auto bytes = from_hex(*text);
  if (!bytes || bytes->size() != value.bytes.size()) {
    return Error(DecodeError::kBadValue, reader.path_of(name) + " must be 128 hexadecimal digits");
  }
  std::ranges::copy(*bytes, value.bytes.begin());
  return value;
}

}  // namespace

Hash256 dial_back_digest(const NetworkId& network, const Hash256& nonce, const Address& address) {
  Bytes body(nonce.bytes.begin(), nonce.bytes.end());
  const std::string text = address.text();
  body.insert(body.end(), text.begin(), text.end());
  return signing_digest(kDomain, network, body);
}

Result<DialBack> decode_dial_back(std::string_view line) {
  const auto envelope = decode_envelope(line);
  if (!envelope) return envelope.error();
  if (envelope->type != kQuestion) return unknown_type(envelope->type, kQuestion);
  const ObjectReader payload = envelope->reader();
  auto network = network_member(payload);
  if (!network) return network.error();
  auto address = address_member(payload);
  if (!address) return address.error();
  const auto nonce = hash(payload, "nonce");
  if (!nonce) return nonce.error();
  return DialBack{std::move(*network), std::move(*address), *nonce};
}

Result<DialBackAnswer> decode_dial_back_answer(std::string_view line) {
  const auto envelope = decode_envelope(line);
  if (!envelope) return envelope.error();
  if (envelope->type != kAnswer) return unknown_type(envelope->type, kAnswer);
  const ObjectReader payload = envelope->reader();
  const auto nonce = hash(payload, "nonce");
  if (!nonce) return nonce.error();
  const auto network = hash(payload, "network");
  if (!network) return network.error();
  DialBackAnswer answer{*nonce, NetworkId(*network), std::nullopt};
  if (payload.has("public_key") || payload.has("signature")) {
    const auto key = sixty_four<PublicKey>(payload, "public_key");
    if (!key) return key.error();
    const auto signature = sixty_four<Signature>(payload, "signature");
    if (!signature) return signature.error();
    answer.proof = {*key, *signature};
  }
  return answer;
}

std::string encode(const DialBack& request) {
  return encode_envelope(
      kQuestion, {{"network", request.network}, {"address", request.address.text()}, {"nonce", request.nonce.hex()}});
}

std::string encode(const DialBackAnswer& answer) {
  boost::json::object payload{{"nonce", answer.nonce.hex()}, {"network", answer.network.hex()}};
  if (answer.proof) {
    payload["public_key"] = to_hex(answer.proof->key.view());
    payload["signature"] = to_hex(answer.proof->signature.view());
  }
  return encode_envelope(kAnswer, payload);
}

}  // namespace suara::wire
