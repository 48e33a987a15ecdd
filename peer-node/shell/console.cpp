#include "peer-node/shell/console.hpp"

#include "common/shell/logging.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/shell/election_choice.hpp"
#include "peer-node/shell/limits.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace suara::node_shell {
namespace {

std::string short_id(const Hash256& id) { return id.hex().substr(0, 12); }

std::string candidate_list(const ledger::ElectionState& election) {
  return fmt::format("{}", fmt::join(election.definition.candidates, ", "));
}

std::string votes_text(std::uint64_t votes) { return fmt::format("{} {}", votes, votes == 1 ? "vote" : "votes"); }

}  // namespace

Console::Console(ConsolePorts ports, ConsoleKeys keys, PrivateKey author)
    : ports_(std::move(ports)), keys_(std::move(keys)), author_(std::move(author)) {}

void Console::welcome() {
  ports_.print("Commands: vote, showresult, elections, record, peers, chain, status, help, quit\n");
}

void Console::line(std::string_view text) {
  const auto command = parse_console_command(text);
  if (!command) {
    ports_.print(command.error().message() + "\n");
    return;
  }
  std::visit([this](const auto& c) { run(c); }, *command);
}

void Console::tip_moved(const node::TipMoved& tip) {
  ports_.print(fmt::format("New block {} at height {}\n", short_id(tip.id), tip.height));
}

bool Console::ready(const api::NodeView& view) {
  if (view.chain != nullptr) return true;
  ports_.print("This node has not fetched its network's specification yet; it needs a peer for that (see `peers`)\n");
  return false;
}

void Console::submit(const PrivateKey& key, ledger::Statement statement, std::string accepted) {
  const api::NodeView view = ports_.view();
  const ledger::Transaction transaction = ledger::sign(key, view.chain->network(), std::move(statement));
  ports_.submit(ledger::encode(transaction), [print = ports_.print, accepted = std::move(accepted)](
                                                 const Result<ledger::TransactionId>& result) {
    print(result ? fmt::format("{} (transaction {}); it counts once a block has it\n", accepted, short_id(*result))
                 : fmt::format("Not accepted: {}\n", result.error().message()));
  });
}

void Console::run(const VoteCommand& command) {
  const api::NodeView view = ports_.view();
  if (!ready(view)) return;
  const auto elections = newest_elections(*view.store);
  const auto* election = newest_open(elections, view.tip, view.now.wall);
  if (election == nullptr) {
    ports_.print(
        "No election is open. An organiser opens one with `admin-client election open`; `elections` shows those that "
        "are coming or over\n");
    return;
  }
  const auto candidate = candidate_named(*election, command.candidate);
  if (!candidate) {
    ports_.print(fmt::format("'{}' is no candidate of \"{}\"; the candidates are {}\n", command.candidate,
                             election->definition.title, candidate_list(*election)));
    return;
  }
  const auto key = keys_.key_of(command.voter);
  if (!key) {
    ports_.print(key.error().message() + "\n");
    return;
  }
  if (const auto vote = ledger::find_vote(*view.store, election->id, key->public_key())) {
    ports_.print(fmt::format("{} has already voted in \"{}\"; the first vote counts\n", command.voter,
                             election->definition.title));
    return;
  }
  submit(*key, ledger::CastVote{election->id, *candidate},
         fmt::format("{} votes for {} in \"{}\"", command.voter, election->definition.candidates[*candidate],
                     election->definition.title));
}

void Console::run(const ShowResultCommand& command) {
  const api::NodeView view = ports_.view();
  if (!ready(view)) return;
  const auto elections = newest_elections(*view.store);
  const ledger::ElectionState* election = nullptr;
  if (!command.election.empty()) {
    election = named(elections, command.election);
  } else if (!elections.empty()) {
    election = newest_open(elections, view.tip, view.now.wall);
    if (election == nullptr) election = &elections.front();
  }
  if (election == nullptr) {
    ports_.print(command.election.empty()
                     ? std::string("There is no election yet\n")
                     : fmt::format("No election is called '{}'; `elections` lists them\n", command.election));
    return;
  }
  std::string text = fmt::format("{} ({}, {}, at height {})\n", election->definition.title,
                                 api::election_phase(*election, view.tip, view.now.wall), votes_text(election->votes),
                                 view.tip.height);
  const auto tally = ledger::tally(*view.store, *election);
  for (std::size_t i = 0; i < election->definition.candidates.size() && i < tally.size(); ++i) {
    text += fmt::format("  {}: {}\n", election->definition.candidates[i], votes_text(tally[i]));
  }
  ports_.print(text);
}

void Console::run(const RecordCommand& command) {
  if (!ready(ports_.view())) return;
  submit(author_, ledger::Record{ports_.random(), command.text}, "Recorded");
}

void Console::run(const PeersCommand&) {
  const api::NodeView view = ports_.view();
  std::string text = fmt::format("{} peers\n", view.peers.size());
  for (const node::PeerInfo& peer : view.peers) {
    text += fmt::format("  {:<24} {:<4} height {:<8} {}\n", shell::printable(peer.address), peer.inbound ? "in" : "out",
                        peer.height, shell::printable(peer.agent));
  }
  ports_.print(text);
}

void Console::run(const ChainCommand&) {
  const api::NodeView view = ports_.view();
  if (!ready(view)) return;
  const std::uint64_t tip = view.tip.height;
  std::string text;
  for (std::uint64_t height = tip + 1 > kConsoleChainBlocks ? tip + 1 - kConsoleChainBlocks : 0; height <= tip;
       ++height) {
    const auto id = view.chain->id_at(*view.store, height);
    const auto block = id ? view.chain->block(*view.store, *id) : std::nullopt;
    if (!block) continue;
    text += fmt::format("  {:>6}  {}  previous {}  {} transactions\n", height, short_id(*id),
                        short_id(block->header.previous), block->transactions.size());
  }
  ports_.print(text);
}

void Console::run(const StatusCommand&) {
  const api::NodeView view = ports_.view();
  if (!ready(view)) return;
  ports_.print(fmt::format("{}: height {}, tip {}, {}, {} peers, {} transactions waiting, mining {}\n",
                           view.chain->spec().name, view.tip.height, short_id(view.tip.id),
                           view.synced ? "synced" : "catching up", view.peers.size(), view.mempool->size(),
                           api::name_of(view.facts->mining)));
}

void Console::run(const ElectionsCommand&) {
  const api::NodeView view = ports_.view();
  if (!ready(view)) return;
  const auto elections = newest_elections(*view.store);
  if (elections.empty()) {
    ports_.print("There is no election yet; an organiser opens one with `admin-client election open`\n");
    return;
  }
  constexpr std::size_t kShown = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(elections.size(), kShown); ++i) {
    text += fmt::format("  {}  {:<8}  {:>12}  {} ({})\n", short_id(elections[i].id),
                        api::election_phase(elections[i], view.tip, view.now.wall), votes_text(elections[i].votes),
                        elections[i].definition.title, candidate_list(elections[i]));
  }
  if (elections.size() > kShown) text += fmt::format("  and {} older ones\n", elections.size() - kShown);
  ports_.print(text);
}

void Console::run(const HelpCommand&) { ports_.print(console_help()); }

void Console::run(const QuitCommand&) { ports_.quit(); }

}  // namespace suara::node_shell
