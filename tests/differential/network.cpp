#include "tests/differential/naive_encoding.hpp"
#include "tests/differential/random_blocks.hpp"

namespace suara::differential {
namespace {

constexpr std::uint64_t kGenesisMs = 1'000'000'000;
constexpr std::size_t kVoters = 4;

PrivateKey key(const std::string& name) { return PrivateKey::from_seed("differential " + name); }
PrivateKey voter(std::size_t number) { return key("voter " + std::to_string(number)); }

ledger::Enrolment enrolment(std::size_t name, std::size_t number) {
  return {"Voter " + std::to_string(name), voter(number).public_key()};
}

// No point on the curve.
PublicKey no_key() {
  PublicKey key;
  key.bytes.fill(7);
  return key;
}

}  // namespace

Network::Network(chain::DifficultyRule rule) {
  spec_.name = "differential";
  spec_.organisers = {key("organiser A").public_key(), key("organiser B").public_key()};
  spec_.block_interval = std::chrono::seconds(1);
  spec_.rule = rule;
  spec_.initial_bits = 0x20400000;  // every fourth id is below
  spec_.genesis_time_ms = kGenesisMs;
  // Three of the large records fill it.
  spec_.max_block_size_bytes = 4000;
  id_ = chain::network_id(spec_);
  sign_elections();
  sign_votes();
  sign_broken();
}

ledger::Transaction Network::sign(const PrivateKey& author, ledger::Statement statement) const {
  return ledger::sign(author, id_, std::move(statement));
}

void Network::sign_elections() {
  using enum ledger::Electorate;
  const PrivateKey a = key("organiser A");
  const PrivateKey b = key("organiser B");
  const std::vector<std::string> names{"Alice", "Bob"};
  const auto open = [&](const PrivateKey& by, ledger::Electorate who, std::uint64_t from_ms, std::uint64_t to_ms) {
    statements_.push_back(sign(by, ledger::OpenElection{"Mayor", names, who, from_ms, to_ms}));
    elections_.emplace_back(id_of(statements_.back()));
  };
  // Chains of a dozen blocks, one or two seconds each, see them all begin and end, but for the last.
  open(a, kOpen, 0, UINT64_MAX);
  open(a, kRoll, kGenesisMs + 6'000, kGenesisMs + 14'000);
  open(b, kOpen, kGenesisMs + 4'000, kGenesisMs + 9'000);
  open(b, kRoll, kGenesisMs + 100'000, UINT64_MAX);
  elections_.emplace_back();  // that nobody opened
  statements_.push_back(sign(voter(0), ledger::OpenElection{"Mine", names, kOpen, 0, UINT64_MAX}));
  statements_.push_back(sign(a, ledger::OpenElection{"Over", names, kOpen, 0, kGenesisMs + 10}));

  for (const auto& election : elections_) {
    for (const PrivateKey& by : {a, b}) {
      statements_.push_back(sign(by, ledger::AddCandidates{election, {"Carol"}}));
      statements_.push_back(sign(by, ledger::AddCandidates{election, {"Dan", "Carol"}}));
      statements_.push_back(sign(by, ledger::EnrolVoters{election, {enrolment(0, 0), enrolment(1, 1)}}));
      statements_.push_back(sign(by, ledger::EnrolVoters{election, {enrolment(2, 2)}}));
      statements_.push_back(sign(by, ledger::EnrolVoters{election, {enrolment(3, 0)}}));
      statements_.push_back(sign(by, ledger::EnrolVoters{election, {enrolment(0, 3)}}));
      statements_.push_back(sign(by, ledger::CloseElection{election}));
    }
  }
}

void Network::sign_votes() {
  for (std::size_t number = 0; number < kVoters; ++number) {
    for (const auto& election : elections_) {
      for (std::uint16_t candidate = 0; candidate < 3; ++candidate) {
        statements_.push_back(sign(voter(number), ledger::CastVote{election, candidate}));
      }
    }
  }
  for (std::uint64_t nonce = 0; nonce < 6; ++nonce) {
    statements_.push_back(sign(voter(nonce % kVoters), ledger::Record{nonce, "a record\n"}));
  }
  for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
    large_.push_back(sign(voter(0), ledger::Record{nonce, std::string(1000, 'x')}));
    statements_.push_back(large_.back());
  }
}

void Network::sign_broken() {
  using enum ledger::Electorate;
  const PrivateKey a = key("organiser A");
  const std::vector<std::string> names{"Alice", "Bob"};
  const auto add = [&](const ledger::Statement& statement) { broken_.push_back(sign(a, statement)); };
  add(ledger::OpenElection{"", names, kOpen, 0, UINT64_MAX});
  add(ledger::OpenElection{"Mayor\n", names, kOpen, 0, UINT64_MAX});
  add(ledger::OpenElection{"Mayor", {}, kOpen, 0, UINT64_MAX});
  add(ledger::OpenElection{"Mayor", {"Alice", "Alice"}, kOpen, 0, UINT64_MAX});
  add(ledger::OpenElection{"Mayor", names, kOpen, 5, 5});
  add(ledger::AddCandidates{elections_[1], {"Carol", "Carol"}});
  add(ledger::EnrolVoters{elections_[1], {}});
  add(ledger::EnrolVoters{elections_[1], {{"Nobody", no_key()}}});
  add(ledger::EnrolVoters{elections_[1], {enrolment(0, 0), enrolment(0, 1)}});
  add(ledger::EnrolVoters{elections_[1], {enrolment(0, 0), enrolment(1, 0)}});
  add(ledger::Record{1, std::string(1025, 'x')});
  add(ledger::Record{1, "\x01"});
  add(ledger::Record{1, ""});
  broken_.push_back(statements_.front());
  broken_.back().author = no_key();
}

bool Network::signature_holds(const ledger::Transaction& transaction) const {
  const std::string bytes = encoded(transaction);
  if (const auto known = holds_.find(bytes); known != holds_.end()) return known->second;
  return holds_[bytes] = ledger::signature_holds(transaction, id_);
}

}  // namespace suara::differential
