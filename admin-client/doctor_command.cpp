// doctor: what the bootstrap servers know of one address, and what to do about it.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "admin-client/diagnosis.hpp"
#include "admin-client/networks.hpp"
#include "common/client/output.hpp"
#include "common/wire/limits.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <chrono>
#include <set>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;

/// The server dials the address before it answers, after others that wait for the same.
constexpr std::chrono::seconds kDoctorDeadline{30};

/// Of all networks, while looking for the one that lists the address.
constexpr std::size_t kPagesSearched = 10;

std::uint64_t wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string ago(std::uint64_t then_ms) {
  const auto now_ms = wall_ms();
  return client::duration_text(now_ms > then_ms ? now_ms - then_ms : 0) + " ago";
}

void line(std::string_view name, const std::string& value) {
  client::print(fmt::format("  {:<16}{}\n", name, client::printable(value)));
}

void print_check(const wire::Inspected& inspected) {
  if (!inspected.check) return line("dial-back", "not tried");
  const auto& check = *inspected.check;
  line("dial-back", check.ok
                        ? fmt::format("works, tried {}", ago(check.time_ms))
                        : fmt::format("fails ({}), tried {}{}", check.error, ago(check.time_ms),
                                      check.failures > 1 ? fmt::format(", {} times in a row", check.failures) : ""));
}

void print_row(const wire::Inspected& inspected) {
  line("registered", fmt::format("from {}, {}", inspected.source_host.empty() ? "?" : inspected.source_host,
                                 ago(inspected.first_seen_ms)));
  line("state", std::string(wire::text_of(inspected.state)));
  line("lease", inspected.lease_left_ms == 0 ? "none" : fmt::format("{} s left", inspected.lease_left_ms / 1000));
  line("key", inspected.has_key ? "yes: changes need its signature" : "no");
  if (const auto& status = inspected.status) {
    line("reports",
         fmt::format("height {}{}", status->height_blocks, status->agent.empty() ? "" : ", version " + status->agent));
  }
  if (inspected.clock_offset_ms) line("clock", fmt::format("{:+} ms off the server's", *inspected.clock_offset_ms));
}

void print(const std::string& server, const wire::Inspected& inspected, const Diagnosis& diagnosis) {
  client::print(fmt::format("{} in network {}, as {} knows it\n", inspected.address.text(),
                            network_label(inspected.network), server));
  line("advertised", inspected.address.text());
  if (inspected.registered) {
    print_row(inspected);
  } else {
    line("registered", "no");
  }
  print_check(inspected);
  line("you are seen as", inspected.observed);
  client::print((diagnosis.problem == Problem::kNone ? "" : "problem: ") + client::printable(diagnosis.sentence) +
                "\n");
}

void print_json(const std::string& server, const wire::Inspected& inspected, const Diagnosis& diagnosis) {
  json::object object{{"server", server},
                      {"address", inspected.address.text()},
                      {"network", inspected.network},
                      {"observed", inspected.observed},
                      {"registered", inspected.registered},
                      {"problem", name_of(diagnosis.problem)},
                      {"diagnosis", diagnosis.sentence}};
  if (inspected.registered) {
    object["state"] = wire::text_of(inspected.state);
    object["source_host"] = inspected.source_host;
    object["first_seen_ms"] = inspected.first_seen_ms;
    object["lease_left_ms"] = inspected.lease_left_ms;
    object["has_key"] = inspected.has_key;
  }
  if (const auto& status = inspected.status) {
    object["height"] = status->height_blocks;
    object["agent"] = status->agent;
  }
  if (inspected.clock_offset_ms) object["clock_offset_ms"] = *inspected.clock_offset_ms;
  if (const auto& check = inspected.check) {
    object["dial_back"] = {
        {"time_ms", check->time_ms}, {"ok", check->ok}, {"error", check->error}, {"failures", check->failures}};
  }
  client::print_json(object);
}

/// The networks that list the address: what one looks for is often in another than one thinks. Servers tell this to
/// their own host only; where none does, the classic peers' is meant.
std::set<std::string> networks_of(BootstrapClient& client, const wire::Address& address) {
  std::set<std::string> networks;
  std::vector<std::optional<std::string>> cursors(client.servers().size(), "");
  for (std::size_t page = 0; page < kPagesSearched; ++page) {
    std::vector<BootstrapClient::Request> requests(cursors.size());
    for (std::size_t i = 0; i < cursors.size(); ++i) {
      const auto limit = static_cast<std::uint32_t>(wire::kMaxPeersPerAnswer);
      if (cursors[i]) requests[i] = wire::GetPeers{true, std::string(wire::kEveryNetwork), limit, cursors[i]};
    }
    const auto answers = client.ask(requests);
    for (std::size_t i = 0; i < cursors.size(); ++i) {
      const auto* peers = answers[i] && *answers[i] ? std::get_if<wire::Peers>(&**answers[i]) : nullptr;
      cursors[i] = peers == nullptr ? std::nullopt : peers->next;
      if (peers == nullptr) continue;
      for (const auto& entry : peers->peers)
        if (entry.address == address) networks.insert(entry.network);
    }
  }
  if (networks.empty()) networks.insert("");
  return networks;
}

Exit examine(BootstrapClient& client, const wire::Inspect& request, bool json) {
  const auto answers = client.ask_all(request, kDoctorDeadline);
  auto outcome = Exit::kOk;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto& server = client.servers()[i];
    const auto* inspected = *answers[i] ? std::get_if<wire::Inspected>(&**answers[i]) : nullptr;
    if (inspected == nullptr) {
      const auto failure = failure_of(server, *answers[i]);
      if (answers.size() == 1) throw failure;
      report_failure_at(server, failure, json);
      if (outcome == Exit::kOk) outcome = failure.exit();
      continue;
    }
    const auto diagnosis = diagnose(*inspected, server.text());
    if (json) {
      print_json(server.text(), *inspected, diagnosis);
    } else {
      print(server.text(), *inspected, diagnosis);
    }
    if (outcome == Exit::kOk && diagnosis.problem != Problem::kNone) outcome = Exit::kRefused;
  }
  return outcome;
}

}  // namespace

Exit doctor(const client::Invocation& invocation) {
  BootstrapClient client(bootstrap_servers(invocation));
  const auto address = address_word(invocation);
  const auto named = network_option(invocation);
  auto outcome = Exit::kOk;
  for (const auto& network : named ? std::set{*named} : networks_of(client, address)) {
    const auto examined = examine(client, {address, network}, invocation.json());
    if (outcome == Exit::kOk) outcome = examined;
  }
  return outcome;
}

}  // namespace suara::admin
