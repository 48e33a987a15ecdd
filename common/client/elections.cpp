#include "common/client/elections.hpp"

#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/crypto/sha256.hpp"

#include <fmt/format.h>

#include <tuple>

namespace suara::client {

namespace json = boost::json;

std::vector<json::object> all_elections(NodeApi& node) {
  std::vector<json::object> elections;
  std::string after;
  for (std::size_t page = 0; page < kMaxElectionPages; ++page) {
    const auto answer = node.require("/v1/elections?limit=100" + after);
    for (auto& election : objects_at(answer, "elections")) elections.push_back(std::move(election));
    const auto* next = answer.if_contains("next");
    if (next == nullptr || next->is_null()) return elections;
    after = "&after=" + text_at(answer, "next");
  }
  throw Failure(Exit::kRefused, "too_many_elections",
                fmt::format("the node holds more than {} elections; name one by its id", kMaxElectionPages * 100));
}

json::object find_election(NodeApi& node, const std::optional<std::string>& id, bool open_only) {
  if (id) {
    if (!Hash256::from_hex(*id)) throw usage_error("an election's id has 64 hexadecimal digits, not \"" + *id + "\"");
    return node.require("/v1/elections/" + *id);
  }
  const auto elections = all_elections(node);
  const json::object* newest = nullptr;
  const auto age = [](const json::object& e) { return std::tuple(number_at(e, "opens_at_ms"), text_at(e, "id")); };
  for (const auto& election : elections) {
    if (open_only && text_at(election, "state") != "open") continue;
    if (newest == nullptr || age(*newest) < age(election)) newest = &election;
  }
  if (newest == nullptr) {
    throw Failure(Exit::kRefused, "unknown_election",
                  node.url() + (open_only ? " knows no election that is open" : " knows no election"));
  }
  return *newest;
}

void print_elections(const std::vector<json::object>& elections) {
  Table table({{"election"}, {"title"}, {"state"}, {"electorate"}, {"votes", true}, {"opens"}, {"closes"}});
  for (const auto& election : elections) {
    table.add({text_at(election, "id"), text_at(election, "title"), text_at(election, "state"),
               text_at(election, "electorate"), cell(election, "votes"), utc_text(number_at(election, "opens_at_ms")),
               utc_text(number_at(election, "closes_at_ms"))});
  }
  table.print();
}

void print_results(const json::object& election) {
  const auto total = number_at(election, "votes");
  print(fmt::format("{}\n  election  {}\n  state     {}, closes {}\n  votes     {}\n",
                    printable(text_at(election, "title")), printable(text_at(election, "id")),
                    printable(text_at(election, "state")), utc_text(number_at(election, "closes_at_ms")), total));
  if (const auto* turnout = election.if_contains("turnout"); turnout != nullptr && turnout->is_double()) {
    print(
        fmt::format("  turnout   {:.1f} % of {} enrolled\n", 100 * turnout->get_double(), cell(election, "enrolled")));
  }
  if (const auto* tip = election.if_contains("tip"); tip != nullptr && tip->is_object())
    print(fmt::format("  as of     block {} {}\n", cell(tip->get_object(), "height"),
                      printable(cell(tip->get_object(), "id"))));
  print("\n");
  Table table({{"candidate"}, {"votes", true}, {"share", true}});
  for (const auto& candidate : objects_at(election, "candidates")) {
    const auto votes = number_at(candidate, "votes");
    const auto share = total == 0 ? 0.0 : 100.0 * static_cast<double>(votes) / static_cast<double>(total);
    table.add({text_at(candidate, "name"), std::to_string(votes), fmt::format("{:.1f} %", share)});
  }
  table.print();
}

Exit show_results(NodeApi node, const Invocation& invocation) {
  const auto id = invocation.words().empty() ? std::nullopt : std::optional(invocation.words().front());
  const auto election = find_election(node, id, false);
  if (invocation.json()) {
    print_json(election);
  } else {
    print_results(election);
  }
  return Exit::kOk;
}

}  // namespace suara::client
