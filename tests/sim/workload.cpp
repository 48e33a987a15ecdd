#include "tests/sim/workload.hpp"

#include "peer-node/chain/rule_error.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "tests/sim/failure.hpp"

#include <deque>

namespace suara::sim {
namespace {

using std::chrono::seconds;

constexpr Duration kRetry = seconds(5);
constexpr Duration kPatience = seconds(15);
constexpr std::uint64_t kNever = kStartOfTimeMs * 2;

// Not yet: another node, or this one later, may say yes.
bool may_pass_later(const Error& error) {
  return error == chain::RuleError::kUnknownElection || error == chain::RuleError::kElectionNotOpen ||
         error.name() == "no_specification" || error.name() == "shutting_down" || error.name() == "busy";
}

// An attempt whose answer was lost got through after all: as good a promise as an acceptance.
bool arrived(const Error& error) {
  return error == chain::RuleError::kDuplicateTransaction || error == mempool::MempoolError::kKnown;
}

// The voter's other vote counts; or the roll came too late, or the vote did.
bool no_longer_needed(const Error& error) {
  return error == chain::RuleError::kAlreadyVoted || error == chain::RuleError::kElectionExists ||
         error == chain::RuleError::kElectionClosed || error == chain::RuleError::kVoterExists ||
         error == chain::RuleError::kElectionFrozen || error == chain::RuleError::kNotEnrolled;
}

}  // namespace

const PrivateKey& organiser_key() {
  static const PrivateKey key = PrivateKey::from_seed("simulated organiser");
  return key;
}

const PrivateKey& voter_key(std::size_t number) {
  static std::deque<PrivateKey> keys;
  while (keys.size() <= number) {
    keys.push_back(PrivateKey::from_seed("simulated voter " + std::to_string(keys.size())));
  }
  return keys[number];
}

Workload::Workload(Environment& environment, std::vector<NodeHost*> nodes, const chain::ChainSpec& spec,
                   WorkloadOptions options)
    : environment_(environment),
      nodes_(std::move(nodes)),
      spec_(spec),
      network_(chain::network_id(spec)),
      options_(options) {}

void Workload::begin() {
  const ledger::Transaction open = ledger::sign(
      organiser_key(), network_,
      ledger::OpenElection{"Mayor", {"Alice", "Bob", "Charlie"}, ledger::Electorate::kOpen, kStartOfTimeMs, kNever});
  election_ = ledger::ElectionId(ledger::transaction_id(open));
  wish(seconds(2), open);
  const auto some_time = [&] { return seconds(5) + between(environment_.rng, Duration(0), options_.spread); };
  for (std::size_t i = 0; i < options_.voters; ++i) {
    const auto candidate = static_cast<std::uint16_t>(environment_.rng.below(3));
    wish(some_time(), ledger::sign(voter_key(i), network_, ledger::CastVote{election_, candidate}));
    if (i >= options_.double_voters) continue;
    const auto other = static_cast<std::uint16_t>((candidate + 1) % 3);
    wish(some_time(), ledger::sign(voter_key(i), network_, ledger::CastVote{election_, other}));
  }
  for (std::size_t i = 0; i < options_.nonsense; ++i) send_nonsense(some_time());
  if (options_.second_election) hold_second_election();
}

void Workload::hold_second_election() {
  const std::uint64_t opens_at = kStartOfTimeMs + 90'000;
  const ledger::Transaction open =
      ledger::sign(organiser_key(), network_,
                   ledger::OpenElection{"Budget", {"Yes", "No"}, ledger::Electorate::kRoll, opens_at, kNever});
  const ledger::ElectionId election(ledger::transaction_id(open));
  ledger::EnrolVoters roll{election, {}};
  const std::size_t enrolled = options_.voters / 2;
  for (std::size_t i = 0; i < enrolled; ++i) {
    roll.voters.push_back({"voter " + std::to_string(i), voter_key(i).public_key()});
  }
  wish(seconds(3), open);
  wish(seconds(6), ledger::sign(organiser_key(), network_, roll));
  for (std::size_t i = 0; i < enrolled; ++i) {
    const auto candidate = static_cast<std::uint16_t>(environment_.rng.below(2));
    wish(seconds(100) + between(environment_.rng, Duration(0), options_.spread),
         ledger::sign(voter_key(i), network_, ledger::CastVote{election, candidate}));
  }
  if (percent(environment_.rng, 50)) {
    wish(seconds(220), ledger::sign(organiser_key(), network_, ledger::CloseElection{election}));
  }
}

void Workload::wish(Duration when, ledger::Transaction transaction) {
  ++wishes_open_;
  environment_.scheduler.after(
      when,
      [this, shared = std::make_shared<const ledger::Transaction>(std::move(transaction))] { try_somewhere(shared); });
}

NodeHost* Workload::any_running() {
  std::vector<NodeHost*> running;
  for (NodeHost* const host : nodes_) {
    if (host->node() != nullptr && host->node()->chain() != nullptr) running.push_back(host);
  }
  return running.empty() ? nullptr : running[environment_.rng.below(running.size())];
}

void Workload::try_somewhere(const std::shared_ptr<const ledger::Transaction>& transaction) {
  NodeHost* const host = any_running();
  if (host == nullptr) {
    environment_.scheduler.after(kRetry, [this, transaction] { try_somewhere(transaction); });
    return;
  }
  const auto done = std::make_shared<bool>(false);
  // A node that dies never answers; one that lives must.
  environment_.scheduler.after(kPatience, [this, transaction, done, host, life = host->lives()] {
    if (*done) return;
    require(host->lives() != life, host->ip() + ": no answer to a transaction");
    try_somewhere(transaction);
  });
  host->submit(ledger::encode(*transaction), [this, transaction, done](const Result<ledger::TransactionId>& result) {
    *done = true;
    if (!result) return answered(transaction, result.error());
    require(*result == ledger::transaction_id(*transaction), "accepted under another id");
    accepted_.push_back(transaction);
    --wishes_open_;
  });
}

void Workload::answered(const std::shared_ptr<const ledger::Transaction>& transaction, const Error& error) {
  if (arrived(error)) accepted_.push_back(transaction);
  if (arrived(error) || no_longer_needed(error)) {
    --wishes_open_;
    return;
  }
  require(may_pass_later(error), "a good transaction is refused: " + error.message());
  environment_.scheduler.after(kRetry, [this, transaction] { try_somewhere(transaction); });
}

void Workload::send_nonsense(Duration when) {
  environment_.scheduler.after(when, [this, kind = environment_.rng.below(4)] {
    NodeHost* const host = any_running();
    if (host == nullptr) return;
    Bytes bytes;
    switch (kind) {
      case 0: {  // signed by somebody else
        ledger::Transaction forged = ledger::sign(voter_key(0), network_, ledger::CastVote{election_, 1});
        forged.author = voter_key(options_.voters).public_key();
        bytes = ledger::encode(forged);
        break;
      }
      case 1:  // meant for another network
        bytes = ledger::encode(ledger::sign(voter_key(options_.voters), NetworkId(sha256(as_bytes("other"))),
                                            ledger::CastVote{election_, 0}));
        break;
      case 2:  // by no organiser
        bytes = ledger::encode(ledger::sign(
            voter_key(0), network_, ledger::OpenElection{"Coup", {"Me"}, ledger::Electorate::kOpen, 0, kNever}));
        break;
      default:
        for (int i = 0; i < 150; ++i) bytes.push_back(static_cast<std::uint8_t>(environment_.rng.next()));
        break;
    }
    host->submit(bytes, [host](const Result<ledger::TransactionId>& result) {
      require(!result, host->ip() + ": accepts what no node may");
    });
  });
}

// ---- afterwards ----------------------------------------------------------------------------------------------

bool Workload::settled_otherwise(const node::Node& node, const ledger::Transaction& transaction) const {
  const auto* const vote = std::get_if<ledger::CastVote>(&transaction.statement);
  if (vote != nullptr && ledger::find_vote(node.view(), vote->election, transaction.author)) return true;
  if (vote != nullptr && vote->election == election_) return false;
  // What the rules do not allow any more (a vote after the close, a roll after the opening) need not be in.
  const chain::ChainPoint& tip = node.chain()->tip();
  return !ledger::check({spec_.organisers, spec_.max_record_size_bytes}, node.view(), transaction,
                        {{}, tip.height + 1, tip.time_ms + 1})
              .has_value();
}

std::optional<std::string> Workload::missing_from(const node::Node& node) const {
  for (const auto& transaction : accepted_) {
    const ledger::TransactionId id = ledger::transaction_id(*transaction);
    if (ledger::find_transaction(node.view(), id) || settled_otherwise(node, *transaction)) continue;
    return id.hex();
  }
  return std::nullopt;
}

}  // namespace suara::sim
