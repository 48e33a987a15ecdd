#include "peer-node/chain/chain_spec.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/ledger/text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace suara::chain {
namespace {

namespace json = boost::json;

constexpr std::string_view kMembers[] = {"block_interval_ms",
                                         "difficulty_rule",
                                         "genesis_time_ms",
                                         "initial_bits",
                                         "max_block_size_bytes",
                                         "max_record_size_bytes",
                                         "miners",
                                         "name",
                                         "organisers"};

std::string hex_of_bits(std::uint32_t bits) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
                                static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  return to_hex(bytes);
}

json::array hex_of_keys(const std::vector<PublicKey>& keys) {
  json::array texts;
  for (const PublicKey& key : keys) texts.emplace_back(to_hex(key.view()));
  return texts;
}

// Reads members one by one; the first that is wrong is kept.
class SpecReader {
 public:
  explicit SpecReader(const json::object& object) : object_(object) {
    for (const auto& member : object) {
      if (std::ranges::find(kMembers, std::string_view(member.key())) == std::end(kMembers)) {
        fail(SpecError::kUnknownMember, member.key());
      }
    }
  }

  std::uint64_t integer(std::string_view name, std::uint64_t min, std::uint64_t max) {
    const json::value* value = member(name);
    if (value == nullptr) return min;
    if (!value->is_int64() && !value->is_uint64()) return fail(SpecError::kWrongType, name, "an integer"), min;
    const bool negative = value->is_int64() && value->get_int64() < 0;
    const std::uint64_t number = negative ? 0 : value->to_number<std::uint64_t>();
    if (negative || number < min || number > max) {
      fail(SpecError::kOutOfRange, name, std::to_string(min) + " to " + std::to_string(max));
    }
    return number;
  }

  std::string text(std::string_view name) {
    const json::value* value = member(name);
    if (value == nullptr) return {};
    if (!value->is_string()) return fail(SpecError::kWrongType, name, "a string"), std::string();
    return std::string(std::string_view(value->get_string()));
  }

  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

  std::vector<PublicKey> keys(std::string_view name, std::size_t max) {
    std::vector<PublicKey> keys;
    const json::value* value = member(name);
    if (value == nullptr) return keys;
    if (!value->is_array()) return fail(SpecError::kWrongType, name, "an array"), keys;
    const json::array& array = value->get_array();
    if (array.empty() || array.size() > max) {
      return fail(SpecError::kOutOfRange, name, "1 to " + std::to_string(max) + " keys"), keys;
    }
    for (const json::value& element : array) {
      const auto bytes = element.is_string() ? from_hex(std::string_view(element.get_string())) : std::nullopt;
      const auto key = bytes ? parse_public_key(*bytes) : Result<PublicKey>(Error(KeyError::kNotAPoint));
      if (!key) return fail(SpecError::kBadKey, name), keys;
      if (std::ranges::find(keys, *key) != keys.end()) return fail(SpecError::kBadKey, name, "different keys"), keys;
      keys.push_back(*key);
    }
    return keys;
  }

  void fail(SpecError error, std::string_view name, const std::string& expected = {}) {
    if (error_) return;
    error_.emplace(error, expected.empty() ? std::string(name) : std::string(name) + ", expected " + expected);
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const json::value* member(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) fail(SpecError::kMissingMember, name);
    return value;
  }

  const json::object& object_;
  std::optional<Error> error_;
};

void read_name(SpecReader& reader, ChainSpec& spec) {
  spec.name = reader.text("name");
  if (spec.name.size() > kMaxSpecNameSizeBytes || !ledger::is_one_line_text(spec.name)) {
    reader.fail(SpecError::kOutOfRange, "name", "1 to 64 bytes of text without control characters");
  }
}

void read_difficulty(SpecReader& reader, ChainSpec& spec) {
  const std::string rule = reader.text("difficulty_rule");
  if (rule == "fixed") {
    spec.rule = DifficultyRule::kFixed;
  } else if (rule == "lwma") {
    spec.rule = DifficultyRule::kLwma;
    if (spec.block_interval.count() < kMinLwmaIntervalMs) {
      reader.fail(SpecError::kOutOfRange, "block_interval_ms",
                  "at least " + std::to_string(kMinLwmaIntervalMs) + " with the difficulty rule lwma");
    }
  } else {
    reader.fail(SpecError::kOutOfRange, "difficulty_rule", "\"fixed\" or \"lwma\"");
  }
  const auto bytes = from_hex(reader.text("initial_bits"));
  if (bytes && bytes->size() == 4) {
    spec.initial_bits = static_cast<std::uint32_t>((*bytes)[0]) << 24 | static_cast<std::uint32_t>((*bytes)[1]) << 16 |
                        static_cast<std::uint32_t>((*bytes)[2]) << 8 | (*bytes)[3];
  }
  if (!target_of(spec.initial_bits)) {
    reader.fail(SpecError::kOutOfRange, "initial_bits", "a compact target as 8 hexadecimal digits");
  }
}

}  // namespace

ErrorText describe(SpecError error) {
  switch (error) {
    case SpecError::kTooLarge: return {"spec_too_large", "the specification is longer than 64 KB"};
    case SpecError::kNotJson: return {"spec_not_json", "the specification is not valid JSON"};
    case SpecError::kNotAnObject: return {"spec_not_an_object", "the specification is not a JSON object"};
    case SpecError::kMissingMember: return {"spec_missing_member", "the specification lacks a member"};
    case SpecError::kUnknownMember: return {"spec_unknown_member", "the specification has a member that is not known"};
    case SpecError::kWrongType: return {"spec_wrong_type", "a member of the specification has the wrong type"};
    case SpecError::kOutOfRange: return {"spec_out_of_range", "a member of the specification is out of range"};
    case SpecError::kBadKey: return {"spec_bad_key", "keys are different points of P-256: x and y, 128 hex digits"};
  }
  CHECK(false);
}

std::string canonical_json(const ChainSpec& spec) {
  // An object is written in the order its members were added.
  json::object object;
  object["block_interval_ms"] = spec.block_interval.count();
  object["difficulty_rule"] = spec.rule == DifficultyRule::kFixed ? "fixed" : "lwma";
  object["genesis_time_ms"] = spec.genesis_time_ms;
  object["initial_bits"] = hex_of_bits(spec.initial_bits);
  object["max_block_size_bytes"] = spec.max_block_size_bytes;
  object["max_record_size_bytes"] = spec.max_record_size_bytes;
  if (!spec.miners.empty()) object["miners"] = hex_of_keys(spec.miners);
  object["name"] = spec.name;
  object["organisers"] = hex_of_keys(spec.organisers);
  return json::serialize(object);
}

NetworkId network_id(const ChainSpec& spec) { return NetworkId(sha256(as_bytes(canonical_json(spec)))); }

Result<ChainSpec> parse_chain_spec(std::string_view text) {
  if (text.size() > kMaxSpecSizeBytes) return Error(SpecError::kTooLarge);
  boost::system::error_code code;
  const json::value document = json::parse(json::string_view(text.data(), text.size()), code);
  if (code) return Error(SpecError::kNotJson, code.message());
  if (!document.is_object()) return Error(SpecError::kNotAnObject);

  SpecReader reader(document.get_object());
  ChainSpec spec;
  read_name(reader, spec);
  spec.organisers = reader.keys("organisers", kMaxOrganisers);
  if (reader.has("miners")) spec.miners = reader.keys("miners", kMaxMiners);
  spec.block_interval =
      std::chrono::milliseconds(reader.integer("block_interval_ms", kMinBlockIntervalMs, kMaxBlockIntervalMs));
  read_difficulty(reader, spec);
  spec.genesis_time_ms = reader.integer("genesis_time_ms", 0, kMaxTimeMs);
  spec.max_block_size_bytes =
      static_cast<std::uint32_t>(reader.integer("max_block_size_bytes", kMinMaxBlockSizeBytes, kMaxBlockSizeBytes));
  spec.max_record_size_bytes =
      static_cast<std::uint32_t>(reader.integer("max_record_size_bytes", 1, ledger::kMaxRecordSizeBytes));
  if (reader.error()) return *reader.error();
  return spec;
}

Block genesis_block(const ChainSpec& spec) {
  Header header;
  header.transactions_root = transactions_root({});
  header.time_ms = spec.genesis_time_ms;
  header.bits = spec.initial_bits;
  header.nonce = ByteReader(network_id(spec).view()).u64();
  return {header, {}};
}

const PrivateKey& dev_organiser_key() {
  static const PrivateKey key = PrivateKey::from_seed("suara dev organiser");
  return key;
}

const ChainSpec& dev_chain_spec() {
  static const ChainSpec spec = [] {
    ChainSpec dev;
    dev.name = "suara-dev";
    dev.organisers = {dev_organiser_key().public_key()};
    dev.block_interval = std::chrono::seconds(1);
    dev.rule = DifficultyRule::kFixed;
    dev.initial_bits = bits_of_leading_zeros(20);
    dev.genesis_time_ms = 1'735'689'600'000;  // 2025-01-01
    return dev;
  }();
  return spec;
}

}  // namespace suara::chain
