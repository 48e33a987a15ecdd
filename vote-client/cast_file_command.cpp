// cast --file: many voters' votes, from reading the file to the summary.
#include "common/client/elections.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "vote-client/caster.hpp"
#include "vote-client/commands.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

namespace suara::voting {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;
using Clock = std::chrono::steady_clock;

/// How long a node may take to hear of an election that another one knows.
constexpr std::chrono::seconds kElectionTimeout{30};
constexpr std::size_t kListedRefusals = 10;
constexpr std::size_t kListedRefusalsJson = 1000;

/// Whether the node answers and has the election, now or soon.
bool joins_in(client::NodeApi& node, const NetworkId& network, const std::string& election) {
  const auto give_up = Clock::now() + kElectionTimeout;
  for (;;) {
    const auto answer = node.get("/v1/elections/" + election);
    if (!answer.reached) {
      client::say("vote-client: " + answer.message + "; going on without it", Severity::kWarning);
      return false;
    }
    if (answer.ok) break;
    if (Clock::now() > give_up) {
      client::say("vote-client: " + node.url() + " does not know the election; going on without it",
                  Severity::kWarning);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  if (node.network() != network)
    throw Failure(Exit::kConfiguration, "other_network",
                  node.url() + " belongs to another network than the first node");
  return true;
}

struct Plan {
  CastOrder order;
  json::object election;
};

/// The first node that answers says which election it is.
Plan make_plan(const client::Invocation& invocation) {
  Plan plan;
  std::optional<Failure> unreachable;
  std::set<std::string> seen;
  for (const auto& url : node_urls(invocation)) {
    if (!seen.insert(url).second) continue;
    client::NodeApi node(url);
    if (!plan.order.nodes.empty()) {
      if (joins_in(node, plan.order.network, client::text_at(plan.election, "id"))) plan.order.nodes.push_back(url);
      continue;
    }
    try {
      plan.order.network = node.network();
      plan.election = client::find_election(node, invocation.find("election"), true);
      plan.order.nodes.push_back(url);
    } catch (const Failure& failure) {
      if (failure.exit() != Exit::kUnavailable) throw;
      client::say(std::string("vote-client: ") + failure.what(), Severity::kError);
      unreachable = failure;
    }
  }
  if (plan.order.nodes.empty()) throw *unreachable;
  const auto id = ledger::ElectionId::from_hex(client::text_at(plan.election, "id"));
  if (!id) throw Failure(Exit::kUnavailable, "bad_answer", "the node's election has no proper id");
  plan.order.election = *id;
  return plan;
}

std::map<std::string, std::size_t> count_by_code(const Tally& tally) {
  std::map<std::string, std::size_t> counts;
  for (const auto& refusal : tally.refused) ++counts[refusal.code];
  return counts;
}

void print_summary(const std::vector<Ballot>& ballots, const Tally& tally, double seconds) {
  client::print(fmt::format("{} votes in {:.1f} s: {} accepted, {} refused\n", ballots.size(), seconds, tally.accepted,
                            tally.refused.size()));
  if (tally.refused.empty()) return;
  client::Table codes({{"refused", true}, {"code"}});
  for (const auto& [code, count] : count_by_code(tally)) codes.add({std::to_string(count), code});
  codes.print();
  client::Table lines({{"line", true}, {"voter"}, {"reason"}});
  for (std::size_t i = 0; i < tally.refused.size() && i < kListedRefusals; ++i) {
    const auto& ballot = ballots[tally.refused[i].ballot];
    lines.add({std::to_string(ballot.line), ballot.voter, tally.refused[i].message});
  }
  lines.print();
  if (tally.refused.size() > kListedRefusals)
    client::print(fmt::format("and {} more\n", tally.refused.size() - kListedRefusals));
}

void print_summary_json(const std::string& election, const std::vector<Ballot>& ballots, const Tally& tally,
                        double seconds) {
  json::object codes;
  for (const auto& [code, count] : count_by_code(tally)) codes[code] = count;
  json::array refusals;
  for (std::size_t i = 0; i < tally.refused.size() && i < kListedRefusalsJson; ++i) {
    const auto& [index, code, message] = tally.refused[i];
    refusals.push_back(json::object{
        {"line", ballots[index].line}, {"voter_id", ballots[index].voter}, {"code", code}, {"message", message}});
  }
  client::print_json(json::object{{"election", election},
                                  {"votes", ballots.size()},
                                  {"accepted", tally.accepted},
                                  {"refused", std::move(codes)},
                                  {"refusals", std::move(refusals)},
                                  {"duration_ms", static_cast<std::uint64_t>(seconds * 1000)}});
}

}  // namespace

Exit cast_file(const client::Invocation& invocation) {
  const VotesFile file(invocation.require("file"));
  const auto plan = make_plan(invocation);
  const auto ballots = file.ballots(candidate_names(plan.election));
  const VoterKeys keys(invocation.find("keys"));
  const auto began = Clock::now();
  const auto tally = cast_all(plan.order, ballots, keys);
  const auto seconds = std::chrono::duration<double>(Clock::now() - began).count();
  if (invocation.json()) {
    print_summary_json(client::text_at(plan.election, "id"), ballots, tally, seconds);
  } else {
    print_summary(ballots, tally, seconds);
  }
  return tally.refused.empty() ? Exit::kOk : Exit::kRefused;
}

}  // namespace suara::voting
