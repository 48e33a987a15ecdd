// node status, node peers.
#include "admin-client/commands.hpp"
#include "common/client/node_api.hpp"
#include "common/client/output.hpp"

#include <fmt/format.h>

#include <chrono>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::cell;
using client::Exit;
using client::number_at;

void line(std::string_view name, const std::string& value) {
  client::print(fmt::format("{:<12}{}\n", name, client::printable(value)));
}

json::object member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : json::object{};
}

// Of a node that is catching up: ", 34 %, 3240 blocks/s, 20 s left".
std::string progress_text(const json::object& progress) {
  const auto* left = progress.if_contains("left_ms");
  if (left == nullptr || left->is_null()) return {};
  return ", " + cell(progress, "percent") + " %, " + cell(progress, "blocks_per_second") + " blocks/s, " +
         client::duration_text(number_at(progress, "left_ms")) + " left";
}

void print_status(const json::object& status) {
  const auto mempool = member(status, "mempool");
  const auto mining = member(status, "mining");
  line("network", cell(status, "network") + " (" + cell(status, "name") + ")");
  line("height", cell(status, "height") + " of " + cell(status, "best_header_height"));
  line("tip", cell(status, "tip"));
  if (const auto* time = status.if_contains("tip_time_ms"); time != nullptr && !time->is_null())
    line("tip time", client::utc_text(number_at(status, "tip_time_ms")));
  line("work", cell(status, "work"));
  line("synced", cell(status, "synced") + progress_text(member(status, "progress")));
  line("peers", cell(status, "peers"));
  line("mempool", cell(mempool, "transactions") + " transactions, " + cell(mempool, "size_bytes") + " bytes");
  line("mining", cell(mining, "mode") + ", threads " + cell(mining, "threads") + ", " +
                     cell(mining, "hashes_per_second") + " hashes/s");
  const auto alarms = member(status, "reorganisations");
  line("alarms", cell(alarms, "deep") + " deep reorganisations, " + cell(alarms, "refused") + " refused");
  if (const auto offset = cell(status, "clock_offset_ms"); offset != "-")
    line("clock", offset + " ms behind the peers'");
  line("listens on", cell(status, "listen") + ", advertises " + cell(status, "advertise"));
  if (const auto* servers = status.if_contains("bootstrap"); servers != nullptr && servers->is_array()) {
    for (const auto& server : client::objects_at(status, "bootstrap"))
      line("bootstrap", cell(server, "address") + " " + cell(server, "state"));
  }
  line("version", cell(status, "version") + ", up " + client::duration_text(number_at(status, "uptime_ms")));
}

}  // namespace

Exit node_status(const client::Invocation& invocation) {
  client::NodeApi node(node_url(invocation));
  const auto status = node.require("/v1/status");
  if (invocation.has("quiet")) {
    const auto* tip = status.if_contains("tip");
    const auto* synced = status.if_contains("synced");
    const bool ready =
        tip != nullptr && tip->is_string() && synced != nullptr && synced->is_bool() && synced->get_bool();
    return ready ? Exit::kOk : Exit::kRefused;
  }
  if (invocation.json()) {
    client::print_json(status);
  } else {
    print_status(status);
  }
  return Exit::kOk;
}

Exit node_peers(const client::Invocation& invocation) {
  client::NodeApi node(node_url(invocation));
  const auto answer = node.require("/v1/peers");
  const auto peers = client::objects_at(answer, "peers");
  if (invocation.json()) {
    client::print_json(answer);
    return Exit::kOk;
  }
  if (peers.empty()) {
    client::say("no peers are connected");
    return Exit::kOk;
  }
  client::Table table(
      {{"address"}, {"direction"}, {"height", true}, {"agent"}, {"connected", true}, {"ping ms", true}, {"node key"}});
  for (const auto& peer : peers) {
    const auto key = cell(peer, "node_key");
    table.add({cell(peer, "address"), cell(peer, "inbound") == "yes" ? "in" : "out", cell(peer, "height"),
               cell(peer, "agent"), client::duration_text(number_at(peer, "connected_ms")), cell(peer, "ping_ms"),
               key.substr(0, 16)});
  }
  table.print();
  return Exit::kOk;
}

}  // namespace suara::admin
