#include "benchmarks/chain/chain_maker.hpp"

#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <utility>

namespace suara::bench {
namespace {

constexpr std::uint16_t kCandidates = 4;
constexpr std::uint64_t kGenesisMs = 1'700'000'000'000;
constexpr std::uint64_t kNeverMs = UINT64_MAX;

const PrivateKey& organiser() {
  static const PrivateKey key = PrivateKey::from_seed("benchmark organiser");
  return key;
}

// 64 bytes that nobody has had before.
std::array<std::uint8_t, 64> random_bytes(std::uint64_t number) {
  std::array<std::uint8_t, 64> bytes{};
  for (std::uint8_t half = 0; half < 2; ++half) {
    const Hash256 hash = sha256({as_bytes(std::to_string(number)), ByteView(&half, 1)});
    std::ranges::copy(hash.bytes, bytes.begin() + 32 * half);
  }
  return bytes;
}

chain::Block on(const chain::Header& parent, std::vector<ledger::Transaction> transactions, std::uint64_t branch) {
  chain::Block block{{}, std::move(transactions)};
  block.header.height = parent.height + 1;
  block.header.previous = chain::block_id(parent);
  block.header.transactions_root = chain::transactions_root(block.transactions);
  block.header.time_ms = parent.time_ms + 1000;
  block.header.bits = parent.bits;
  block.header.nonce = branch << 32;
  const auto target = chain::target_of(parent.bits);
  while (!chain::meets_target(chain::block_id(block.header), *target)) ++block.header.nonce;
  return block;
}

}  // namespace

chain::ChainSpec spec_with_blocks_of(std::uint32_t max_block_size_bytes) {
  chain::ChainSpec spec;
  spec.name = "benchmark";
  spec.organisers = {organiser().public_key()};
  spec.block_interval = std::chrono::seconds(1);
  spec.initial_bits = chain::bits_of_leading_zeros(1);
  spec.genesis_time_ms = kGenesisMs;
  spec.max_block_size_bytes = max_block_size_bytes;
  return spec;
}

ChainMaker::ChainMaker(const chain::ChainSpec& spec)
    : spec_(spec), network_(chain::network_id(spec)), organiser_(organiser()) {}

chain::Block ChainMaker::opening(const chain::Header& parent) {
  std::vector<std::string> candidates;
  for (std::uint16_t i = 0; i < kCandidates; ++i) candidates.push_back("Candidate " + std::to_string(i));
  const auto transaction = ledger::sign(
      organiser_, network_, ledger::OpenElection{"Mayor", candidates, ledger::Electorate::kOpen, 0, kNeverMs});
  election_ = ledger::ElectionId(ledger::transaction_id(transaction));
  return on(parent, {transaction}, 0);
}

ledger::Transaction ChainMaker::vote(Votes votes) {
  const std::uint64_t number = ++voters_;
  const ledger::CastVote statement = statement_of(number);
  if (votes == Votes::kSigned) return ledger::sign(PrivateKey::generate(), network_, statement);
  return {PublicKey{random_bytes(2 * number)}, statement, Signature{random_bytes(2 * number + 1)}};
}

ledger::CastVote ChainMaker::statement_of(std::uint64_t voter) const {
  return {election_, static_cast<std::uint16_t>(voter % kCandidates)};
}

std::vector<ledger::Transaction> ChainMaker::signed_votes(std::size_t count) {
  std::vector<ledger::Transaction> votes(count);
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> signers;
    for (std::size_t first = 0; first < threads; ++first) {
      signers.emplace_back([this, &votes, first, threads] {
        for (std::size_t i = first; i < votes.size(); i += threads) {
          votes[i] = ledger::sign(PrivateKey::generate(), network_, statement_of(voters_ + i + 1));
        }
      });
    }
  }
  voters_ += count;
  return votes;
}

std::size_t ChainMaker::votes_per_block() const {
  const std::size_t size_bytes = ledger::encode(ledger::Transaction{{}, ledger::CastVote{}, {}}).size();
  return (spec_.max_block_size_bytes - chain::kHeaderSizeBytes - 4) / (4 + size_bytes);
}

chain::Block ChainMaker::full(const chain::Header& parent, Votes votes) {
  std::vector<ledger::Transaction> transactions;
  while (transactions.size() < votes_per_block()) transactions.push_back(vote(votes));
  return on(parent, std::move(transactions), 0);
}

chain::Block ChainMaker::of(const chain::Header& parent, std::vector<ledger::Transaction> transactions) {
  return on(parent, std::move(transactions), 0);
}

chain::Block ChainMaker::empty(const chain::Header& parent, std::uint64_t branch) const {
  return on(parent, {}, branch);
}

}  // namespace suara::bench
