#include "admin-client/peer_printer.hpp"

#include "admin-client/networks.hpp"
#include "common/client/output.hpp"
#include "common/util/hex.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>

namespace suara::admin {
namespace {

namespace json = boost::json;

std::uint64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

client::Colour colour_of_state(std::string_view state) {
  if (state == "verified") return client::Colour::kGood;
  return state == "unverified" ? client::Colour::kDoubtful : client::Colour::kNone;
}

/// Leases are short, and how short is what one looks for.
std::string lease_text(std::uint64_t left_ms) {
  constexpr std::uint64_t kSecondsUntilMs = 600'000;
  if (left_ms == 0) return "-";
  return left_ms < kSecondsUntilMs ? std::to_string(left_ms / 1000) + " s" : client::duration_text(left_ms);
}

class Addresses : public PeerPrinter {
 public:
  void begin(const std::optional<std::string>&) override {}
  void row(const ListedPeer& peer) override { client::print(peer.entry.address.text() + "\n"); }
  void flush() override {}
  void end(const std::vector<ServerTally>&, bool) override {}
};

class TableOfPeers : public PeerPrinter {
 public:
  explicit TableOfPeers(std::vector<wire::Address> servers)
      : servers_(std::move(servers)), table_(columns(servers_.size() > 1)), now_ms_(wall_ms()) {}

  void begin(const std::optional<std::string>&) override {}

  void row(const ListedPeer& peer) override {
    const auto& entry = peer.entry;
    std::vector<std::string> cells{entry.address.text(),
                                   network_label(entry.network),
                                   std::string(wire::text_of(entry.state)),
                                   age(entry),
                                   lease_text(entry.lease_left_ms),
                                   entry.status ? std::to_string(entry.status->height_blocks) : "-",
                                   entry.status && !entry.status->agent.empty() ? entry.status->agent : "-"};
    if (servers_.size() > 1) cells.push_back(missing_at(peer));
    table_.add(std::move(cells));
  }

  void flush() override {
    if (!table_.empty()) table_.print();
  }

  void end(const std::vector<ServerTally>&, bool) override { flush(); }

 private:
  static std::vector<client::Table::Column> columns(bool several) {
    std::vector<client::Table::Column> columns{{"address"},   {"network"},          {"state", false, colour_of_state},
                                               {"age", true}, {"lease left", true}, {"height", true},
                                               {"version"}};
    if (several) columns.push_back({"missing at"});
    return columns;
  }

  [[nodiscard]] std::string age(const wire::PeerEntry& entry) const {
    if (entry.first_seen_ms == 0) return "-";
    return client::duration_text(now_ms_ > entry.first_seen_ms ? now_ms_ - entry.first_seen_ms : 0);
  }

  [[nodiscard]] std::string missing_at(const ListedPeer& peer) const {
    std::string text;
    for (const auto server : peer.lacking) text += (text.empty() ? "" : ", ") + servers_[server].text();
    return text.empty() ? "-" : text;
  }

  std::vector<wire::Address> servers_;
  client::Table table_;
  std::uint64_t now_ms_;
};

json::object to_json(const wire::PeerEntry& entry) {
  json::object object{{"address", entry.address.text()},
                      {"network", entry.network},
                      {"state", wire::text_of(entry.state)},
                      {"first_seen_ms", entry.first_seen_ms},
                      {"lease_left_ms", entry.lease_left_ms}};
  if (entry.status) {
    object["height"] = entry.status->height_blocks;
    object["tip"] = entry.status->tip;
    object["agent"] = entry.status->agent;
  }
  if (entry.clock_offset_ms) object["clock_offset_ms"] = *entry.clock_offset_ms;
  if (entry.key) object["public_key"] = to_hex(entry.key->view());
  return object;
}

/// One document on one line, written as it comes.
class JsonOfPeers : public PeerPrinter {
 public:
  explicit JsonOfPeers(std::vector<wire::Address> servers) : servers_(std::move(servers)) {}

  void begin(const std::optional<std::string>& network) override {
    const auto name = network ? json::value(*network) : json::value();
    client::print(R"({"network":)" + json::serialize(name) + R"(,"peers":[)");
  }

  void row(const ListedPeer& peer) override {
    auto object = to_json(peer.entry);
    if (servers_.size() > 1) {
      json::array missing;
      for (const auto server : peer.lacking) missing.emplace_back(servers_[server].text());
      object["missing_at"] = std::move(missing);
    }
    client::print((first_ ? "" : ",") + json::serialize(object));
    first_ = false;
  }

  void flush() override {}

  void end(const std::vector<ServerTally>& tallies, bool more) override {
    json::array servers;
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      json::object server{{"server", servers_[i].text()},
                          {"rows", tallies[i].rows},
                          {"lacking", tallies[i].lacking},
                          {"revision", tallies[i].revision}};
      if (const auto& error = tallies[i].error) server["error"] = {{"code", error->code()}, {"message", error->what()}};
      servers.push_back(std::move(server));
    }
    client::print(R"(],"more":)" + std::string(more ? "true" : "false") + R"(,"servers":)" + json::serialize(servers) +
                  "}\n");
  }

 private:
  std::vector<wire::Address> servers_;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<PeerPrinter> PeerPrinter::make(const client::Invocation& invocation,
                                               std::vector<wire::Address> servers) {
  if (invocation.json()) return std::make_unique<JsonOfPeers>(std::move(servers));
  if (invocation.has("quiet")) return std::make_unique<Addresses>();
  return std::make_unique<TableOfPeers>(std::move(servers));
}

}  // namespace suara::admin
