#include "tests/unit/vectors/common.hpp"

#include "common/util/hex.hpp"
#include "peer-node/chain/work.hpp"
#include "tests/unit/vectors/vectors.hpp"

#include <array>

namespace suara::vectors {

namespace json = boost::json;

const chain::ChainSpec& network() {
  static const chain::ChainSpec spec = [] {
    chain::ChainSpec made;
    made.name = "vectors \"Žofie\"";
    made.organisers = {PrivateKey::from_seed(kOrganiserSeed).public_key()};
    made.rule = chain::DifficultyRule::kLwma;
    made.initial_bits = chain::bits_of_leading_zeros(8);
    made.genesis_time_ms = 1'750'000'000'000;
    return made;
  }();
  return spec;
}

const chain::ChainSpec& permissioned_network() {
  static const chain::ChainSpec spec = [] {
    chain::ChainSpec made = network();
    made.name = "vectors, permissioned";
    made.rule = chain::DifficultyRule::kFixed;
    for (const std::string_view seed : kMinerSeeds) made.miners.push_back(PrivateKey::from_seed(seed).public_key());
    return made;
  }();
  return spec;
}

std::string bits_hex(std::uint32_t bits) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(bits >> (24 - 8 * i));
  return to_hex(bytes);
}

json::object header_json(const chain::Header& header) {
  return {{"version", header.version},
          {"height", std::to_string(header.height)},
          {"previous", header.previous.hex()},
          {"transactions_root", header.transactions_root.hex()},
          {"time_ms", header.time_ms},
          {"bits", bits_hex(header.bits)},
          {"nonce", std::to_string(header.nonce)},
          {"encoding", to_hex(chain::encode(header))},
          {"id", chain::block_id(header).hex()}};
}

namespace {

// Arrays of strings stay on one line, everything else gets a line each.
void write(const json::value& value, std::string& out, const std::string& indent) {
  const std::string inner = indent + "  ";
  const auto is_plain = [](const json::value& element) { return !element.is_object() && !element.is_array(); };
  if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : value.get_object()) {
      out += (first ? "\n" : ",\n") + inner + json::serialize(json::string(key)) + ": ";
      write(member, out, inner);
      first = false;
    }
    out += '\n' + indent + '}';
  } else if (value.is_array() && !std::all_of(value.get_array().begin(), value.get_array().end(), is_plain)) {
    out += '[';
    bool first = true;
    for (const json::value& element : value.get_array()) {
      out += (first ? "\n" : ",\n") + inner;
      write(element, out, inner);
      first = false;
    }
    out += '\n' + indent + ']';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string to_text(const json::value& value) {
  std::string text;
  write(value, text, "");
  return text + '\n';
}

}  // namespace suara::vectors
