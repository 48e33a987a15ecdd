// register, get-peers, remove: the directory's three requests.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/wire/limits.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <functional>
#include <map>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;
using client::Invocation;

/// Pages of the directory that are read at most: a million rows.
constexpr std::size_t kMaxPages = 1000;

template <class Reply>
Reply expect(const wire::Address& server, wire::BootstrapReply reply) {
  if (auto* wanted = std::get_if<Reply>(&reply)) return std::move(*wanted);
  throw Failure(Exit::kUnavailable, "bad_answer", server.text() + " answered something else than what was asked");
}

/// Does it at every server; one that fails does not keep the others from it.
Exit at_each(const Invocation& invocation, const std::function<void(const wire::Address&)>& work) {
  const auto servers = bootstrap_servers(invocation);
  if (servers.size() == 1) {
    work(servers.front());
    return Exit::kOk;
  }
  auto outcome = Exit::kOk;
  for (const auto& server : servers) {
    try {
      work(server);
    } catch (const Failure& failure) {
      const bool refused = failure.exit() == Exit::kRefused;
      client::say("admin-client: " + (refused ? "refused by " + server.text() + " (" + failure.code() + "): " : "") +
                  failure.what());
      if (outcome == Exit::kOk) outcome = failure.exit();
    }
  }
  return outcome;
}

std::vector<wire::PeerEntry> all_peers(const wire::Address& server, const std::string& network) {
  std::vector<wire::PeerEntry> entries;
  std::optional<std::string> cursor = "";
  for (std::size_t page = 0; page < kMaxPages && cursor; ++page) {
    wire::GetPeers request;
    request.network = network;
    request.limit = static_cast<std::uint32_t>(wire::kMaxPeersPerAnswer);
    request.after = cursor;
    auto peers = expect<wire::Peers>(server, ask(server, request));
    std::move(peers.peers.begin(), peers.peers.end(), std::back_inserter(entries));
    if (peers.next == cursor) break;  // a server that sends us round in circles
    cursor = peers.next;
  }
  return entries;
}

json::object to_json(const wire::PeerEntry& entry) {
  json::object object{{"address", entry.address.text()},
                      {"network", entry.network},
                      {"state", entry.state},
                      {"first_seen_ms", entry.first_seen_ms},
                      {"lease_left_ms", entry.lease_left_ms}};
  if (entry.status) {
    object["height"] = entry.status->height_blocks;
    object["tip"] = entry.status->tip;
    object["agent"] = entry.status->agent;
  }
  return object;
}

void print_peers(const std::map<wire::Address, wire::PeerEntry>& peers) {
  client::Table table({{"address"}, {"state"}, {"lease left", true}, {"height", true}, {"agent"}, {"first seen"}});
  for (const auto& [address, entry] : peers) {
    table.add({address.text(), entry.state.empty() ? "-" : entry.state,
               entry.lease_left_ms == 0 ? "-" : client::duration_text(entry.lease_left_ms),
               entry.status ? std::to_string(entry.status->height_blocks) : "-",
               entry.status && !entry.status->agent.empty() ? entry.status->agent : "-",
               entry.first_seen_ms == 0 ? "-" : client::utc_text(entry.first_seen_ms)});
  }
  table.print();
}

}  // namespace

Exit register_peer(const Invocation& invocation) {
  wire::Register request;
  request.address = address_word(invocation);
  request.network = network_name(invocation);
  return at_each(invocation, [&](const wire::Address& server) {
    const auto reply = expect<wire::Registered>(server, ask(server, request));
    if (invocation.json()) {
      client::print_json(json::object{{"server", server.text()},
                                      {"address", reply.address.text()},
                                      {"refreshed", reply.refreshed},
                                      {"ttl_seconds", reply.ttl_seconds},
                                      {"state", reply.state},
                                      {"observed", reply.observed},
                                      {"revision", reply.revision}});
      return;
    }
    client::print(fmt::format("{} {} at {}: {}, listed for {} s unless registered again\n", reply.address.text(),
                              reply.refreshed ? "refreshed" : "registered", server.text(),
                              client::printable(reply.state), reply.ttl_seconds));
  });
}

Exit get_peers(const Invocation& invocation) {
  const auto network = network_name(invocation);
  std::map<wire::Address, wire::PeerEntry> peers;
  const auto outcome = at_each(invocation, [&](const wire::Address& server) {
    for (auto& entry : all_peers(server, network)) peers.insert_or_assign(entry.address, std::move(entry));
  });
  if (invocation.json()) {
    json::array list;
    for (const auto& [address, entry] : peers) list.push_back(to_json(entry));
    client::print_json(json::object{{"network", network}, {"peers", std::move(list)}});
  } else if (invocation.has("quiet")) {
    for (const auto& [address, entry] : peers) client::print(address.text() + "\n");
  } else if (!peers.empty()) {
    print_peers(peers);
  } else if (outcome == Exit::kOk) {
    client::say(network.empty()
                    ? "no peers in the classic peers' network; name another with --network ID or --network dev"
                    : "no peers in network " + network);
  }
  return outcome;
}

Exit remove_peer(const Invocation& invocation) {
  wire::Remove request;
  request.address = address_word(invocation);
  request.network = network_name(invocation);
  return at_each(invocation, [&](const wire::Address& server) {
    const auto reply = expect<wire::Removed>(server, ask(server, request));
    if (invocation.json()) {
      client::print_json(
          json::object{{"server", server.text()}, {"address", reply.address.text()}, {"revision", reply.revision}});
    } else {
      client::print(fmt::format("{} removed at {}\n", reply.address.text(), server.text()));
    }
  });
}

}  // namespace suara::admin
