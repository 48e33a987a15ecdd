#include "tests/differential/naive_chain.hpp"

#include "tests/differential/naive_encoding.hpp"

#include <algorithm>

namespace suara::differential {
namespace {

constexpr std::uint64_t kDeepestReorganisation = 100;

std::uint32_t compact(const Number& target) {
  // The shortest number of bytes that leaves the highest bit free, then the first three of them.
  std::uint32_t size = 1;
  while ((target >> (8 * size - 1)) != 0) ++size;
  const Number leading = size > 3 ? Number(target >> (8 * (size - 3))) : Number(target << (8 * (3 - size)));
  return size << 24 | static_cast<std::uint32_t>(leading);
}

Number work_of(std::uint32_t bits) { return (Number(1) << 256) / *target_of(bits); }

}  // namespace

std::optional<Number> target_of(std::uint32_t bits) {
  const std::uint32_t size = bits >> 24;
  const Number leading = bits & 0xffffff;
  if (size > 40) return std::nullopt;
  const Number target = size > 3 ? Number(leading << (8 * (size - 3))) : Number(leading >> (8 * (3 - size)));
  if (target < 2 || target > Number(1) << 255 || compact(target) != bits) return std::nullopt;
  return target;
}

bool is_below(const chain::BlockId& id, const Number& target) {
  Number number = 0;
  for (const std::uint8_t byte : id.bytes) number = number * 256 + byte;
  return number < target;
}

NaiveChain::NaiveChain(const chain::ChainSpec& spec, SignatureHolds holds)
    : spec_(spec), holds_(std::move(holds)), ledger_(spec) {
  const chain::Block genesis = chain::genesis_block(spec);
  entries_.push_back({genesis.header, id_of(genesis.header), 0, work_of(genesis.header.bits), genesis, false, false});
}

std::optional<std::size_t> NaiveChain::find(const chain::BlockId& id) const {
  const auto found = std::ranges::find(entries_, id, &Entry::id);
  if (found == entries_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - entries_.begin());
}

std::vector<std::size_t> NaiveChain::path(std::size_t entry) const {
  std::vector<std::size_t> path{entry};
  while (path.back() != 0) path.push_back(entries_[path.back()].parent);
  std::ranges::reverse(path);
  return path;
}

std::uint64_t NaiveChain::median_time_ms(std::size_t parent) const {
  std::vector<std::uint64_t> times;
  for (const std::size_t at : path(parent)) times.push_back(entries_[at].header.time_ms);
  if (times.size() > 11) times.erase(times.begin(), times.end() - 11);
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// proto-docs/rules.md, "lwma": floor(mean target x weighted mean solve time / interval), as one fraction.
std::uint32_t NaiveChain::required_bits(std::size_t parent) const {
  if (spec_.rule == chain::DifficultyRule::kFixed) return spec_.initial_bits;
  std::vector<std::size_t> chain = path(parent);
  chain.erase(chain.begin());  // genesis is no solve time
  if (chain.size() > 61) chain.erase(chain.begin(), chain.end() - 61);
  if (chain.size() < 7) return spec_.initial_bits;
  const Number interval_ms = spec_.block_interval.count();
  Number latest_ms = entries_[chain.front()].header.time_ms;
  Number weighted_ms = 0;
  Number weights = 0;
  Number targets = 0;
  for (std::size_t i = 1; i < chain.size(); ++i) {
    const chain::Header& header = entries_[chain[i]].header;
    const Number time_ms = std::max<Number>(header.time_ms, latest_ms + 1);
    weighted_ms += i * std::min<Number>(time_ms - latest_ms, 6 * interval_ms);
    weights += i;
    targets += *target_of(header.bits);
    latest_ms = time_ms;
  }
  const Number next = targets * weighted_ms / (weights * interval_ms * (chain.size() - 1));
  return compact(std::clamp<Number>(next, 2, Number(1) << 255));
}

std::optional<RuleError> NaiveChain::add_header(const chain::Header& header, std::uint64_t now_ms) {
  const chain::BlockId id = id_of(header);
  if (const auto known = find(id)) {
    return entries_[*known].invalid ? std::optional(RuleError::kInvalidParent) : std::nullopt;
  }
  const auto parent = find(header.previous);
  if (!parent) return RuleError::kOrphanHeader;
  const Entry& before = entries_[*parent];
  if (before.invalid) return RuleError::kInvalidParent;
  if (header.version != 1) return RuleError::kBadVersion;
  if (header.height != before.header.height + 1) return RuleError::kBadHeight;
  if (header.bits != required_bits(*parent)) return RuleError::kBadBits;
  if (!is_below(id, *target_of(header.bits))) return RuleError::kInsufficientWork;
  if (header.time_ms <= median_time_ms(*parent)) return RuleError::kTimeTooOld;
  const auto three_intervals = static_cast<std::uint64_t>(3 * spec_.block_interval.count());
  if (header.time_ms > now_ms + std::max<std::uint64_t>(60'000, three_intervals)) return RuleError::kTimeTooFarAhead;
  entries_.push_back({header, id, *parent, before.work + work_of(header.bits), std::nullopt, false, before.refused});
  return std::nullopt;
}

std::optional<RuleError> NaiveChain::add_body(const chain::Block& block) {
  const auto known = find(id_of(block.header));
  if (!known || entries_[*known].invalid || entries_[*known].body) return std::nullopt;
  if (root_of(block.transactions) != block.header.transactions_root) return RuleError::kBadTransactionsRoot;
  const auto broken = [&]() -> std::optional<RuleError> {
    if (encoded(block).size() > spec_.max_block_size_bytes) return RuleError::kBlockTooLarge;
    std::set<ledger::TransactionId> ids;
    for (const auto& transaction : block.transactions) ids.insert(id_of(transaction));
    if (ids.size() != block.transactions.size()) return RuleError::kDuplicateTransaction;
    for (const auto& transaction : block.transactions) {
      if (const auto by_itself = broken_by_itself(spec_, transaction)) return by_itself;
    }
    if (!std::ranges::all_of(block.transactions, holds_)) return RuleError::kBadSignature;
    return std::nullopt;
  }();
  if (broken) {
    flag(*known, &Entry::invalid);
  } else if (!entries_[*known].refused) {
    entries_[*known].body = block;
  }
  return broken;
}

void NaiveChain::flag(std::size_t entry, bool Entry::* which) {
  entries_[entry].*which = true;
  for (std::size_t i = entry + 1; i < entries_.size(); ++i) {
    if (entries_[entries_[i].parent].*which) entries_[i].*which = true;
  }
}

std::size_t NaiveChain::best_header() const {
  std::size_t best = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].invalid && !entries_[i].refused && entries_[i].work > entries_[best].work) best = i;
  }
  return best;
}

bool NaiveChain::contested() const {
  const Number& most = entries_[best_header()].work;
  const auto as_good = [&](const Entry& entry) { return !entry.invalid && !entry.refused && entry.work == most; };
  return entries_[tip_].work == most && std::ranges::count_if(entries_, as_good) > 1;
}

// The most work, then the first seen, of what has more work than the tip.
std::optional<std::size_t> NaiveChain::best_complete() const {
  std::optional<std::size_t> best;
  std::vector<bool> complete(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    complete[i] = entry.body.has_value() && (i == 0 || complete[entry.parent]);
    if (!complete[i] || entry.invalid || entry.refused) continue;
    if (entry.work > entries_[best.value_or(tip_)].work) best = i;
  }
  return best;
}

std::size_t NaiveChain::first_off_chain(std::size_t entry) const {
  const auto ours = path(tip_);
  const auto theirs = path(entry);
  std::size_t at = 0;
  while (at < ours.size() && at < theirs.size() && ours[at] == theirs[at]) ++at;
  return theirs[std::min(at, theirs.size() - 1)];
}

bool NaiveChain::goes_back_too_far(std::size_t first) const {
  const std::uint64_t fork = entries_[first].header.height - 1;
  return entries_[tip_].header.height > fork + kDeepestReorganisation;
}

NaiveChain::Replayed NaiveChain::replay(std::size_t to) const {
  Replayed replayed{NaiveLedger(spec_), std::nullopt};
  for (const std::size_t at : path(to)) {
    const Entry& entry = entries_[at];
    std::uint32_t index = 0;
    for (const auto& transaction : entry.body->transactions) {
      if (const auto broken = replayed.ledger.apply(transaction, entry.id, index++, entry.header.time_ms)) {
        replayed.broken = {at, *broken};
        return replayed;
      }
    }
  }
  return replayed;
}

NaiveChain::Moved NaiveChain::advance() {
  Moved moved;
  const auto refuse_if_deep = [&](std::size_t entry) {
    const std::size_t first = first_off_chain(entry);
    if (!goes_back_too_far(first)) return false;
    moved.refused.insert(entries_[first].id);
    flag(first, &Entry::refused);
    return true;
  };
  while (entries_[best_header()].work > entries_[tip_].work && refuse_if_deep(best_header())) {
  }
  while (const auto next = best_complete()) {
    if (refuse_if_deep(*next)) continue;
    Replayed replayed = replay(*next);
    if (replayed.broken) {
      moved.rejected.emplace(entries_[replayed.broken->first].id, replayed.broken->second);
      flag(replayed.broken->first, &Entry::invalid);
      continue;
    }
    const auto before = path(tip_);
    const auto after = path(*next);
    std::size_t common = 0;
    while (common < before.size() && common < after.size() && before[common] == after[common]) ++common;
    moved.disconnected.assign(before.rbegin(), before.rend() - static_cast<std::ptrdiff_t>(common));
    moved.connected.assign(after.begin() + static_cast<std::ptrdiff_t>(common), after.end());
    tip_ = *next;
    ledger_ = std::move(replayed.ledger);
  }
  return moved;
}

}  // namespace suara::differential
