// ECDSA_do_verify and EC_KEY are deprecated in favour of EVP, which takes a signature as DER only and sets up a context
// for each key: 7 us more a signature, on 85 us. Only verifying uses them.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "common/crypto/p256.hpp"

#include "common/util/check.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <optional>

namespace suara {
namespace {

constexpr std::size_t kScalarSizeBytes = 32;
constexpr char kGroup[] = "P-256";

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Owned<BIGNUM, BN_free>;
using SignatureParts = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Memory = Owned<BIO, BIO_free_all>;

// The group order n and n/2, the largest s that counts as low.
struct Order {
  Number n;
  Number half;
};

const Order& order() {
  static const Order value = [] {
    const Owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    CHECK(group != nullptr);
    Order result{Number(BN_dup(EC_GROUP_get0_order(group.get()))), Number(BN_new())};
    CHECK(result.n && result.half && BN_rshift1(result.half.get(), result.n.get()) == 1);
    return result;
  }();
  return value;
}

Number coordinate_of(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  CHECK(EVP_PKEY_get_bn_param(key, name, &value) == 1);
  return Number(value);
}

// SEC 1's uncompressed form: 04 ‖ x ‖ y.
using EncodedPoint = std::array<unsigned char, 65>;
constexpr unsigned char kUncompressed = 4;

PublicKey public_key_of(EVP_PKEY* key) {
  const Number x = coordinate_of(key, OSSL_PKEY_PARAM_EC_PUB_X);
  const Number y = coordinate_of(key, OSSL_PKEY_PARAM_EC_PUB_Y);
  PublicKey result;
  CHECK(BN_bn2binpad(x.get(), result.bytes.data(), kScalarSizeBytes) == kScalarSizeBytes);
  CHECK(BN_bn2binpad(y.get(), result.bytes.data() + kScalarSizeBytes, kScalarSizeBytes) == kScalarSizeBytes);
  return result;
}

// What verifying needs besides key and signature: made once a thread, refilled by every call.
class Verifier {
 public:
  Verifier()
      : key_(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)),
        point_(EC_POINT_new(EC_KEY_get0_group(key_.get()))),
        scratch_(BN_CTX_new()),
        r_(BN_new()),
        s_(BN_new()),
        signature_(ECDSA_SIG_new()) {
    CHECK(key_ && point_ && scratch_ && r_ && s_ && signature_ && ECDSA_SIG_set0(signature_.get(), r_, s_) == 1);
  }

  /// False unless the bytes are a point on the curve.
  bool load_point(ByteView bytes) {
    if (bytes.size() != 2 * kScalarSizeBytes) return false;
    EncodedPoint encoded{kUncompressed};
    std::copy(bytes.begin(), bytes.end(), encoded.begin() + 1);
    return EC_POINT_oct2point(EC_KEY_get0_group(key_.get()), point_.get(), encoded.data(), encoded.size(),
                              scratch_.get()) == 1;
  }

  bool load_signature(const Signature& signature) {
    CHECK(BN_bin2bn(signature.bytes.data(), kScalarSizeBytes, r_) != nullptr);
    CHECK(BN_bin2bn(signature.bytes.data() + kScalarSizeBytes, kScalarSizeBytes, s_) != nullptr);
    return BN_cmp(s_, order().half.get()) <= 0;
  }

  bool fits(const Hash256& digest) {
    CHECK(EC_KEY_set_public_key(key_.get(), point_.get()) == 1);
    return ECDSA_do_verify(digest.bytes.data(), static_cast<int>(digest.bytes.size()), signature_.get(), key_.get()) ==
           1;
  }

 private:
  Owned<EC_KEY, EC_KEY_free> key_;
  Owned<EC_POINT, EC_POINT_free> point_;
  Owned<BN_CTX, BN_CTX_free> scratch_;
  BIGNUM* r_;  // the signature's own
  BIGNUM* s_;
  SignatureParts signature_;
};

Verifier& verifier() {
  thread_local Verifier mine;
  return mine;
}

bool is_p256(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1) return false;
  const std::string_view group(name.data(), size);
  return group == "prime256v1" || group == kGroup;
}

}  // namespace

ErrorText describe(KeyError error) {
  switch (error) {
    case KeyError::kNotPem: return {"not_a_pem_key", "this is not an unencrypted PEM private key"};
    case KeyError::kWrongCurve: return {"wrong_curve", "the key is not of the curve P-256 (prime256v1)"};
    case KeyError::kNotAPoint: return {"bad_public_key", "a public key is a point of P-256: x and y, 64 bytes"};
  }
  CHECK(false);
}

Hash256 signing_digest(std::string_view domain, const NetworkId& network, ByteView body) {
  constexpr std::uint8_t kEnd[] = {0};
  return sha256({as_bytes(domain), kEnd, network.view(), body});
}

Result<PublicKey> parse_public_key(ByteView bytes) {
  if (!verifier().load_point(bytes)) return Error(KeyError::kNotAPoint);
  PublicKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

PrivateKey::PrivateKey(std::shared_ptr<EVP_PKEY> key) : key_(std::move(key)), public_key_(public_key_of(key_.get())) {}

PrivateKey PrivateKey::generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kGroup);
  CHECK(key != nullptr);
  return PrivateKey({key, EVP_PKEY_free});
}

PrivateKey PrivateKey::from_seed(std::string_view seed) {
  const Hash256 scalar = sha256(as_bytes(seed));
  const Number secret(BN_bin2bn(scalar.bytes.data(), static_cast<int>(scalar.bytes.size()), nullptr));
  CHECK(secret && !BN_is_zero(secret.get()) && BN_cmp(secret.get(), order().n.get()) < 0);

  const Owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(group.get()));
  CHECK(point && EC_POINT_mul(group.get(), point.get(), secret.get(), nullptr, nullptr, nullptr) == 1);
  EncodedPoint encoded{};
  CHECK(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(),
                           nullptr) == encoded.size());

  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> build(OSSL_PARAM_BLD_new());
  CHECK(build && OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, kGroup, 0) == 1);
  CHECK(OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) == 1);
  CHECK(OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size()) == 1);
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(build.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  CHECK(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  CHECK(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) == 1);
  return PrivateKey({key, EVP_PKEY_free});
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(memory != nullptr);
  // Without a callback OpenSSL would ask for a pass phrase on the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  if (!key) return Error(KeyError::kNotPem);
  if (!EVP_PKEY_is_a(key.get(), "EC") || !is_p256(key.get())) return Error(KeyError::kWrongCurve);
  return PrivateKey({key.release(), EVP_PKEY_free});
}

std::string PrivateKey::to_pem() const {
  const Memory memory(BIO_new(BIO_s_mem()));
  CHECK(memory && PEM_write_bio_PKCS8PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Signature PrivateKey::sign(const Hash256& digest) const {
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  CHECK(context && EVP_PKEY_sign_init(context.get()) == 1);
  std::array<unsigned char, 80> der{};  // at most 72 for P-256
  std::size_t size = der.size();
  CHECK(EVP_PKEY_sign(context.get(), der.data(), &size, digest.bytes.data(), digest.bytes.size()) == 1);

  const unsigned char* cursor = der.data();
  const SignatureParts parts(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(size)));
  CHECK(parts != nullptr);
  Number s(BN_dup(ECDSA_SIG_get0_s(parts.get())));
  if (BN_cmp(s.get(), order().half.get()) > 0) CHECK(BN_sub(s.get(), order().n.get(), s.get()) == 1);

  Signature signature;
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), signature.bytes.data(), kScalarSizeBytes) == kScalarSizeBytes);
  CHECK(BN_bn2binpad(s.get(), signature.bytes.data() + kScalarSizeBytes, kScalarSizeBytes) == kScalarSizeBytes);
  return signature;
}

bool verify(const PublicKey& key, const Hash256& digest, const Signature& signature) {
  Verifier& with = verifier();
  return with.load_signature(signature) && with.load_point(key.bytes) && with.fits(digest);
}

}  // namespace suara
