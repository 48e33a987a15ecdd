#include "tests/differential/comparison.hpp"

#include "common/util/check.hpp"
#include "tests/differential/naive_encoding.hpp"

#include <algorithm>
#include <iterator>

namespace suara::differential {
namespace {

// A decoded block is the same block again, byte for byte, in both encodings.
bool is_identity(const chain::Block& block, const std::string& bytes) {
  return encoded(block) == bytes && as_text(chain::encode(block)) == bytes;
}

}  // namespace

Comparison::Comparison(const Network& network, Rng& rng, Coverage& coverage)
    : network_(network),
      rng_(rng),
      coverage_(coverage),
      twin_(network.spec(), [&network](const auto& transaction) { return network.signature_holds(transaction); }) {
  restart();
}

void Comparison::expect(bool holds, const std::string& what) {
  if (!holds && difference_.empty()) difference_ = what;
}

std::string Comparison::run(const std::vector<chain::Block>& blocks) {
  for (std::size_t events = 3 * blocks.size(); events > 0 && difference_.empty(); --events) give_something(blocks);
  return run_in_order(blocks);
}

std::string Comparison::run_in_order(const std::vector<chain::Block>& blocks) {
  now_ms_ += 200'000;  // no block comes too early
  for (const chain::Block& block : blocks) {
    give_header(block.header);
    give_body(block);
    if (!difference_.empty()) return difference_;
  }
  compare_entries();
  compare_ledger();
  return difference_;
}

void Comparison::give_something(const std::vector<chain::Block>& blocks) {
  // Parents come first in the list; mostly one that is near what has been given already.
  const std::size_t near = std::min(blocks.size(), twin_.entries().size() + 2);
  const chain::Block& block = blocks[rng_.below(rng_.below(6) == 0 ? blocks.size() : near)];
  switch (rng_.below(16)) {
    case 0: return restart();
    case 1: return give_mutilated(block);
    case 2: now_ms_ += rng_.below(2'000); return;
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8: return give_header(block.header);
    default: return give_body(block);
  }
}

void Comparison::restart() {
  store::Draft draft(store_);
  product_.emplace(chain::ChainState::open(network_.spec(), store_, draft));
  store_.apply(draft.take());
  ++coverage_.restarts;
}

void Comparison::give_header(const chain::Header& header) {
  store::Draft draft(store_);
  const auto verdict = product_->add_header(header, from_unix_ms(now_ms_), draft);
  store_.apply(draft.take());
  const auto answer = twin_.add_header(header, now_ms_);
  compare_answers("header", verdict ? std::nullopt : std::optional(verdict.error()), answer);
  advance();
}

void Comparison::give_body(const chain::Block& block) {
  const auto known = twin_.find(id_of(block.header));
  const bool late = known && !twin_.entries()[*known].body &&
                    std::ranges::any_of(twin_.entries(), [&](const NaiveChain::Entry& entry) {
                      return entry.parent == *known && entry.body.has_value();
                    });
  if (late) ++coverage_.late_bodies;
  give_bytes(encoded(block));
}

void Comparison::give_mutilated(const chain::Block& block) {
  std::string bytes = encoded(block);
  chain::Block other = block;
  switch (rng_.below(5)) {
    case 0: return give_bytes(bytes.substr(0, rng_.below(bytes.size())), RuleError::kBadEncoding);
    case 1: return give_bytes(bytes + '\0', RuleError::kBadEncoding);
    case 2:
      other.transactions.push_back(network_.statements()[0]);
      std::get<ledger::OpenElection>(other.transactions.back().statement).title = std::string(257, 'x');
      return give_bytes(encoded(other), RuleError::kTooLarge);
    case 3:
      other.transactions.push_back(network_.statements()[rng_.below(network_.statements().size())]);
      return give_bytes(encoded(other));
    default:
      if (!other.transactions.empty()) other.transactions.front().signature.bytes[40] ^= 1;
      return give_bytes(encoded(other));
  }
}

void Comparison::give_bytes(const std::string& bytes, Answer cannot_decode) {
  const auto block = chain::decode_block(as_bytes(bytes));
  if (!block || cannot_decode) {
    compare_answers("encoding", block ? std::nullopt : std::optional(block.error()), cannot_decode);
    return;
  }
  expect(is_identity(*block, bytes), "decoding, then encoding, is not the identity");
  const auto answer = product_body(*block);
  const auto twin = twin_.add_body(*block);
  compare_answers("body", answer ? std::optional(Error(*answer)) : std::nullopt, twin);
  advance();
}

// As the node does it.
Comparison::Answer Comparison::product_body(const chain::Block& block) {
  const auto id = chain::block_id(block.header);
  const auto entry = product_->find(store_, id);
  if (!entry || entry->status != chain::BlockStatus::kHeaderOnly) return std::nullopt;
  store::Draft draft(store_);
  Answer answer;
  const auto hashed = chain::HashedBlock::of(block);
  if (const auto checked = product_->check_body(*hashed); !checked) {
    for (int i = 0; i <= static_cast<int>(RuleError::kRecordTooLarge) && !answer; ++i) {
      if (checked.error() == static_cast<RuleError>(i)) answer = static_cast<RuleError>(i);
    }
    CHECK(answer.has_value());
  } else if (!std::ranges::all_of(block.transactions, [&](const auto& t) { return network_.signature_holds(t); })) {
    answer = RuleError::kBadSignature;
  }
  if (!answer) product_->add_body(hashed, draft);
  if (answer && answer != RuleError::kBadTransactionsRoot) product_->mark_invalid(id, draft);
  store_.apply(draft.take());
  return answer;
}

void Comparison::advance() {
  chain::ChainState::Step all;
  bool more = true;
  while (more) {
    store::Draft draft(store_);
    auto step = product_->advance(draft);
    store_.apply(draft.take());
    more = step.more;
    std::ranges::move(step.disconnected, std::back_inserter(all.disconnected));
    std::ranges::move(step.connected, std::back_inserter(all.connected));
    std::ranges::move(step.rejected, std::back_inserter(all.rejected));
    std::ranges::move(step.refused, std::back_inserter(all.refused));
  }
  const auto moved = twin_.advance();
  if (moved.disconnected.size() >= 2) ++coverage_.reorganisations;
  coverage_.rejected += moved.rejected.size();
  coverage_.refused += moved.refused.size();
  compare_step(all, moved);
  compare_chain();
  if (!moved.connected.empty()) {
    compare_entries();
    compare_ledger();
  }
}

}  // namespace suara::differential
