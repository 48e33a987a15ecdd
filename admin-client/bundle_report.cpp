#include "admin-client/bundle_report.hpp"

#include "common/client/output.hpp"
#include "common/util/hex.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include <algorithm>

namespace suara::admin {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& sentences) { return json::array(sentences.begin(), sentences.end()); }

std::string list(const std::string& heading, const std::vector<std::string>& sentences) {
  std::string text = "  " + heading + "\n";
  for (const auto& sentence : sentences) text += "    - " + sentence + "\n";
  return text;
}

std::string blocks(std::uint64_t count) { return fmt::format("{} block{}", count, count == 1 ? "" : "s"); }

}  // namespace

std::vector<std::string> checked_by(const audit::Findings& findings) {
  std::vector<std::string> all{
      "the specification hashes to the network id",
      fmt::format(
          "the chain of {} headers from genesis: versions, heights, links, difficulty, proof of work, and times "
          "above the median of those before",
          findings.height)};
  if (!findings.miners.empty()) {
    const auto sealed = std::ranges::count_if(findings.miners, [](const auto& miner) { return miner.blocks != 0; });
    all.push_back(
        fmt::format("the seal of every one of these headers: its key is among the {} that the specification "
                    "lists, and its signature holds; {} of them sealed blocks",
                    findings.miners.size(), sealed));
  }
  if (findings.blocks) {
    all.push_back(
        fmt::format("every block's body: its Merkle root, its size, and of all {} transactions the signatures "
                    "and the ledger's rules, in the order of the chain",
                    findings.transactions));
  } else {
    all.push_back(
        fmt::format("of the election's {} transactions the signatures, the inclusion proofs, and the ledger's "
                    "rules, in the order of the chain",
                    findings.transactions));
  }
  all.emplace_back("the tally: it is what these votes add up to");
  if (findings.blocks) all.emplace_back("that no vote was left out: every block of this chain is here, whole");
  return all;
}

std::vector<std::string> unknown_after(const audit::Findings& findings) {
  std::vector<std::string> all;
  if (!findings.blocks) {
    all.emplace_back(
        "whether a vote was left out: transactions with proofs show that they are in the chain, not that "
        "there are no others; a bundle made with --blocks shows that too");
  }
  all.emplace_back(
      "whether this is the chain with the most work: nodes may know another one; compare its tip with "
      "theirs, or with another bundle (--diff)");
  if (!findings.miners.empty()) {
    all.emplace_back("which miner found a block: a listed one can seal what another listed one has found");
  }
  all.emplace_back("who is behind a key: the chain knows keys, not people");
  all.emplace_back("whether blocks were made when they say: a chain shows the order of its times, not a clock");
  return all;
}

std::vector<std::string> sentences(const audit::Difference& difference, const std::array<std::string, 2>& names) {
  std::vector<std::string> all;
  if (!difference.same_network) {
    return {"they are of different networks and have nothing to do with each other"};
  }
  const auto& [left, right] = difference.sides;
  if (difference.parted) {
    all.push_back(
        fmt::format("their chains are the same up to block {} and part there: {} goes on to block {}, {} to "
                    "block {}",
                    difference.common_height, names[0], left.height, names[1], right.height));
  } else if (left.height == right.height) {
    all.push_back(fmt::format("they have the same chain of {} blocks", left.height));
  } else {
    const bool left_is_further = left.height > right.height;
    all.push_back(fmt::format("their chains are the same up to block {}, where {} ends; {} goes on to block {}",
                              difference.common_height, names[left_is_further ? 1 : 0], names[left_is_further ? 0 : 1],
                              std::max(left.height, right.height)));
  }
  if (difference.sealed_otherwise != 0) {
    all.push_back(fmt::format(
        "{} that both have {} another miner's seal in {} than in {}: nodes keep the first seal "
        "they see, so that this is no contradiction",
        blocks(difference.sealed_otherwise), difference.sealed_otherwise == 1 ? "bears" : "bear", names[0], names[1]));
  }
  if (!difference.same_election) {
    all.emplace_back("they are about different elections, whose transactions are not compared");
    return all;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& side = difference.sides[i];
    if (side.only_here == 0) continue;
    auto text = fmt::format("{} of the election's transactions are in {} only", side.only_here, names[i]);
    if (side.only_here_in_common != 0)
      text += fmt::format(", {} of them in blocks that both have: {} left them out", side.only_here_in_common,
                          names[1 - i]);
    for (const auto& id : side.listed) text += "\n        " + id.hex();
    if (side.listed.size() < side.only_here)
      text += fmt::format("\n        and {} more", side.only_here - side.listed.size());
    all.push_back(std::move(text));
  }
  if (left.only_here + right.only_here == 0) all.emplace_back("they hold the same transactions of the election");
  all.push_back(difference.same_tally() ? "their tallies are the same"
                                        : fmt::format("their tallies differ: {} votes in {}, {} in {}",
                                                      left.tally.votes, names[0], right.tally.votes, names[1]));
  return all;
}

json::object to_json(const audit::Findings& findings) {
  json::array candidates;
  for (const auto& [name, votes] : findings.tally.candidates)
    candidates.push_back(json::object{{"name", name}, {"votes", votes}});
  json::array miners;
  for (const auto& [miner, sealed] : findings.miners)
    miners.push_back(json::object{{"miner", to_hex(miner.view())}, {"blocks", sealed}});
  return {{"valid", true},
          {"network", findings.network.hex()},
          {"network_name", findings.network_name},
          {"election", findings.election.hex()},
          {"blocks", findings.blocks},
          {"tip", findings.tip.hex()},
          {"height", findings.height},
          {"work", findings.work},
          {"miners", std::move(miners)},
          {"transactions", findings.transactions},
          {"title", findings.tally.title},
          {"closed_early", findings.tally.closed_early},
          {"enrolled", findings.tally.enrolled},
          {"votes", findings.tally.votes},
          {"candidates", std::move(candidates)},
          {"checked", texts(checked_by(findings))},
          {"unknown", texts(unknown_after(findings))}};
}

json::object to_json(const audit::Difference& difference) {
  const auto side = [](const audit::Difference::Of& of) {
    json::array listed;
    for (const auto& id : of.listed) listed.emplace_back(id.hex());
    return json::object{{"height", of.height},
                        {"tip", of.tip.hex()},
                        {"votes", of.tally.votes},
                        {"only_here", of.only_here},
                        {"only_here_in_common_blocks", of.only_here_in_common},
                        {"listed", std::move(listed)}};
  };
  return {{"contradicts", difference.contradicts()},
          {"same_network", difference.same_network},
          {"same_election", difference.same_election},
          {"common_height", difference.common_height},
          {"parted", difference.parted},
          {"sealed_otherwise", difference.sealed_otherwise},
          {"same_tally", difference.same_tally()},
          {"left", side(difference.sides[0])},
          {"right", side(difference.sides[1])}};
}

std::string report(const std::string& name, const audit::Findings& findings) {
  auto text =
      fmt::format("{}: valid\n  network   {} ({})\n  election  {}  {}\n  chain     block {} {}, work {}\n", name,
                  findings.network.hex(), client::printable(findings.network_name), findings.election.hex(),
                  client::printable(findings.tally.title), findings.height, findings.tip.hex(), findings.work);
  if (!findings.miners.empty()) text += "  miners\n";
  for (const auto& [miner, sealed] : findings.miners)
    text += fmt::format("    {}: {}\n", to_hex(miner.view()), blocks(sealed));
  text += fmt::format("  votes     {}", findings.tally.votes);
  if (findings.tally.enrolled != 0) text += fmt::format(" of {} enrolled", findings.tally.enrolled);
  text += '\n';
  for (const auto& [candidate, votes] : findings.tally.candidates)
    text += fmt::format("    {:>8}  {}\n", votes, client::printable(candidate));
  return text + list("checked", checked_by(findings)) + list("cannot be known from it", unknown_after(findings));
}

}  // namespace suara::admin
