#include "admin-client/networks.hpp"

#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "peer-node/chain/chain_spec.hpp"

namespace suara::admin {
namespace {

constexpr std::size_t kLabelDigits = 16;

const std::string& dev_network() {
  static const std::string id = chain::network_id(chain::dev_chain_spec()).hex();
  return id;
}

}  // namespace

std::optional<std::string> network_option(const client::Invocation& invocation) {
  const auto name = invocation.find("network");
  if (!name) return std::nullopt;
  if (name->empty() || *name == "classic") return "";
  if (*name == "dev") return dev_network();
  const auto id = NetworkId::from_hex(*name);
  if (!id) {
    throw client::usage_error(R"(--network takes an id of 64 hexadecimal digits, "dev" or "classic", not ")" + *name +
                              "\"");
  }
  return id->hex();
}

std::string network_label(const std::string& network) {
  if (network.empty()) return "classic";
  if (network == dev_network()) return "dev";
  return network.size() <= kLabelDigits ? network : network.substr(0, kLabelDigits) + "…";
}

wire::Address address_word(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto address = wire::parse_address(word);
  if (!address) throw client::usage_error(address.error().message());
  return *address;
}

}  // namespace suara::admin
