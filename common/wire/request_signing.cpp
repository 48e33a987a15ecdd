#include "common/wire/request_signing.hpp"

#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"

namespace suara::wire {
namespace {

NetworkId network_id(const std::string& network) {
  if (network.empty()) return {};
  const auto id = NetworkId::from_hex(network);
  CHECK(id);  // the codec lets nothing else through
  return *id;
}

template <class Request>
ByteWriter begin_body(const Request& request) {
  CHECK(request.flavour == Flavour::kNative && request.authorization);
  ByteWriter body;
  body.sized(request.address.text());
  body.raw(request.authorization->key.view());
  body.u64(request.authorization->sequence);
  return body;
}

template <class Request>
void sign_request(Request& request, const PrivateKey& key, std::uint64_t sequence) {
  request.authorization = Authorization{key.public_key(), sequence, {}};
  request.authorization->signature = key.sign(digest_to_sign(request));
}

}  // namespace

Hash256 digest_to_sign(const Register& request) {
  ByteWriter body = begin_body(request);
  body.u8(request.status ? 1 : 0);
  if (request.status) {
    body.u64(request.status->height_blocks);
    body.sized(request.status->tip);
    body.sized(request.status->agent);
    body.u64(request.status->time_ms);
  }
  return signing_digest("suara.register", network_id(request.network), body.view());
}

Hash256 digest_to_sign(const Remove& request) {
  return signing_digest("suara.remove", network_id(request.network), begin_body(request).view());
}

void sign(Register& request, const PrivateKey& key, std::uint64_t sequence) { sign_request(request, key, sequence); }
void sign(Remove& request, const PrivateKey& key, std::uint64_t sequence) { sign_request(request, key, sequence); }

}  // namespace suara::wire
