#include "tests/differential/random_blocks.hpp"

#include "common/util/check.hpp"
#include "tests/differential/naive_encoding.hpp"

#include <algorithm>

namespace suara::differential {
namespace {

constexpr std::uint64_t kAnyTimeMs = kFirstNowMs + 1'000'000;

}  // namespace

RandomBlocks::RandomBlocks(const Network& network, Rng& rng)
    : network_(network),
      rng_(rng),
      chain_(network.spec(), [](const ledger::Transaction&) { return true; }),
      ledgers_{NaiveLedger(network.spec())} {}

RandomBlocks::RandomBlocks(const Network& network, Rng& rng, std::size_t size) : RandomBlocks(network, rng) {
  while (blocks_.size() < size) {
    // Mostly at or near an end, so that branches get long enough to compete.
    const std::size_t known = chain_.entries().size();
    const std::size_t back = rng.below(std::min<std::size_t>(known, rng.below(5) == 0 ? 20 : 3));
    grow(known - 1 - back, rng.below(6) == 0 ? Spoil(rng.below(kSpoils)) : Spoil::kNothing);
  }
}

RandomBlocks RandomBlocks::two_long_branches(const Network& network, Rng& rng, std::size_t length) {
  RandomBlocks made(network, rng);
  made.only_valid_ = true;
  const std::size_t fork = rng.below(3);
  for (std::size_t i = 0; i < length; ++i) made.grow(i, Spoil::kNothing);
  std::size_t parent = std::min(fork, length);
  while (made.chain_.entries().back().work <= made.chain_.entries()[length].work || parent == fork) {
    made.grow(parent, Spoil::kNothing);
    parent = made.chain_.entries().size() - 1;
  }
  return made;
}

void RandomBlocks::grow(std::size_t parent, Spoil spoil) {
  const chain::Header before = chain_.entries()[parent].header;
  chain::Block block;
  chain::Header& header = block.header;
  header.previous = chain_.entries()[parent].id;
  header.height = before.height + 1;
  header.time_ms = std::max(chain_.median_time_ms(parent) + 1, before.time_ms + rng_.below(2500) - 300);
  NaiveLedger ledger = ledgers_[parent];
  block.transactions = choose(ledger, header, spoil);
  header.transactions_root = root_of(block.transactions);
  if (spoil == Spoil::kVersion) header.version = 2;
  if (spoil == Spoil::kHeight) header.height += 1 + rng_.below(2);
  if (spoil == Spoil::kOldTime) header.time_ms = chain_.median_time_ms(parent);
  if (spoil == Spoil::kFarTime) header.time_ms = kFirstNowMs + 60'001;
  header.nonce = blocks_.size() * 1'000'000;  // tells siblings apart
  seal(header, chain_.required_bits(parent), spoil);
  // A block that comes too early is one to build on.
  if (!chain_.add_header(header, kAnyTimeMs)) ledgers_.push_back(std::move(ledger));
  CHECK(chain_.entries().size() == ledgers_.size());
  blocks_.push_back(std::move(block));
}

// Mostly what the ledger at that place allows, sometimes anything.
std::vector<ledger::Transaction> RandomBlocks::choose(NaiveLedger& ledger, const chain::Header& header, Spoil spoil) {
  constexpr std::size_t kOpenings = 4;  // the first of the statements, which the others need
  std::vector<ledger::Transaction> chosen;
  const auto& all = network_.statements();
  for (std::uint64_t count = rng_.below(5); count > 0; --count) {
    const bool anything = !only_valid_ && rng_.below(12) == 0;
    const std::uint64_t among = header.height <= 4 && rng_.below(2) == 0 ? kOpenings : all.size();
    for (int attempt = 0; attempt < 6; ++attempt) {
      const ledger::Transaction& statement = all[rng_.below(among)];
      const bool allowed = !ledger.apply(statement, {}, 0, header.time_ms);
      if (!allowed && !anything) continue;
      chosen.push_back(statement);
      break;
    }
  }
  if (spoil == Spoil::kTwice && !chosen.empty()) chosen.push_back(chosen[rng_.below(chosen.size())]);
  if (spoil == Spoil::kTooLarge) chosen = network_.large();
  if (spoil == Spoil::kBrokenStatement) chosen.push_back(network_.broken()[rng_.below(network_.broken().size())]);
  if (spoil == Spoil::kForgedSignature && !chosen.empty()) chosen[rng_.below(chosen.size())].signature.bytes[9] ^= 1;
  return chosen;
}

void RandomBlocks::seal(chain::Header& header, std::uint32_t required_bits, Spoil spoil) {
  header.bits = required_bits;
  if (spoil == Spoil::kBits) {
    constexpr std::uint32_t kOthers[] = {0x1f7fffff, 0x20008000, 0, 0x20800000, 0x21008000};
    header.bits = kOthers[rng_.below(std::size(kOthers))];
  }
  const Number target = *target_of(required_bits);
  while (is_below(id_of(header), target) == (spoil == Spoil::kWork)) ++header.nonce;
}

}  // namespace suara::differential
