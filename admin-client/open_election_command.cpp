// election open
#include "admin-client/commands.hpp"
#include "admin-client/submit.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::usage_error;

constexpr std::uint64_t kDaySeconds = 86'400;
constexpr std::uint64_t kLongestSeconds = 100 * 366 * kDaySeconds;

ledger::OpenElection read_definition(const client::Invocation& invocation, std::uint64_t node_time_ms) {
  ledger::OpenElection election;
  election.title = invocation.require("title");
  election.candidates = invocation.all("candidate");
  if (election.candidates.empty()) throw usage_error("--candidate NAME is missing; repeat it for every candidate");
  auto sorted = election.candidates;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    throw usage_error("--candidate \"" + *twice + "\" is given twice");
  if (sorted.front().empty()) throw usage_error("--candidate is empty");
  if (invocation.has("roll")) election.electorate = ledger::Electorate::kRoll;
  const auto opens_in = invocation.number("opens-in", kLongestSeconds).value_or(0);
  const auto closes_in = invocation.number("closes-in", kLongestSeconds).value_or(opens_in + kDaySeconds);
  if (closes_in <= opens_in) throw usage_error("--closes-in must be greater than --opens-in: both count from now");
  if (election.electorate == ledger::Electorate::kRoll && opens_in == 0)
    throw usage_error("--roll needs --opens-in: voters can be enrolled only until the election opens");
  election.opens_at_ms = node_time_ms + opens_in * 1000;
  election.closes_at_ms = node_time_ms + closes_in * 1000;
  return election;
}

}  // namespace

Exit open_election(const client::Invocation& invocation) {
  read_definition(invocation, 0);  // a mistyped command is told so before a node is asked
  client::NodeApi node(node_url(invocation));
  const auto network = node.network();
  const auto key = organiser_key(invocation, network);
  // The node's clock and not ours: its next block's time decides whether voting has begun.
  const auto definition = read_definition(invocation, client::number_at(node.require("/v1/status"), "time_ms"));
  const auto id = submit(node, key, network, definition);
  if (!invocation.has("no-wait")) {
    if (!invocation.json() && client::stderr_is_terminal()) client::say("waiting for a block");
    wait_for_block(node, id);
  }
  if (invocation.json()) {
    client::print_json(json::object{{"id", id},
                                    {"title", definition.title},
                                    {"opens_at_ms", definition.opens_at_ms},
                                    {"closes_at_ms", definition.closes_at_ms}});
  } else {
    client::print(fmt::format("{}\n  election  {}\n  voting    {} to {}\n", client::printable(definition.title), id,
                              client::utc_text(definition.opens_at_ms), client::utc_text(definition.closes_at_ms)));
  }
  return Exit::kOk;
}

}  // namespace suara::admin
