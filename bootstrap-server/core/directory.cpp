#include "bootstrap-server/core/directory.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/sequences.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"

namespace suara::directory {
namespace {

store::Family family_of(const Row& row) { return row.listed ? kPeers : kUnlisted; }

std::string deadline_key(std::uint64_t due_ms, std::string_view peer) { return u64_key(due_ms).append(peer); }

// A row's share of an answer in JSON: names and numbers, and its strings with a key's worst escaping.
std::size_t answer_size_bytes(const Row& row) {
  constexpr std::size_t kMembersSizeBytes = 256;
  const std::size_t status = row.status ? kMembersSizeBytes + row.status->tip.size() + row.status->agent.size() : 0;
  const std::size_t key = row.key ? 2 * row.key->bytes.size() : 0;
  return kMembersSizeBytes + row.address.host.size() + row.network.size() + 6 * row.classic_key.size() + status + key;
}

// Whether the rows collected so far leave room for another.
class AnswerBudget {
 public:
  explicit AnswerBudget(std::size_t limit) : rows_left_(limit) {}
  bool take(const Row& row) {
    const std::size_t size = answer_size_bytes(row);
    if (rows_left_ == 0 || size > bytes_left_) return false;
    --rows_left_;
    bytes_left_ -= size;
    return true;
  }

 private:
  std::size_t rows_left_;
  std::size_t bytes_left_ = kMaxAnswerSizeBytes;
};

constexpr std::string_view kRowTotals = "rows";  // in kMeta: listed u64 ‖ verified u64 ‖ unlisted u64

void change_counts(RowCounts& counts, const Row& row, std::uint64_t change) {
  counts.rows += change;
  if (row.verified) counts.verified += change;
}

void change_counts(store::Draft& draft, const Row& row, bool added) {
  const std::uint64_t change = added ? 1 : UINT64_MAX;  // that is -1
  RowTotals totals = count_all_rows(draft);
  if (row.listed) {
    change_counts(totals.listed, row, change);
  } else {
    totals.unlisted += change;
  }
  draft.put(kMeta, kRowTotals,
            u64_key(totals.listed.rows) + u64_key(totals.listed.verified) + u64_key(totals.unlisted));
  if (!row.listed) return;

  RowCounts counts = count_rows(draft, row.network);
  change_counts(counts, row, change);
  if (counts.rows == 0) {
    draft.remove(kNetworks, network_key(row.network));
  } else {
    draft.put(kNetworks, network_key(row.network), u64_key(counts.rows) + u64_key(counts.verified));
  }
}

RowCounts counts_of(std::string_view value) {
  CHECK(value.size() == 16);
  return {u64_of(value), u64_of(value.substr(8))};
}

std::optional<Row> row_at(const store::StoreView& view, std::string_view key) {
  for (const store::Family family : {kPeers, kUnlisted}) {
    const auto value = view.get(family, key);
    if (!value) continue;
    Row row = decode_row(key, *value);
    row.listed = family == kPeers;
    return row;
  }
  return std::nullopt;
}

Row row_of_deadline(const store::StoreView& view, std::string_view deadline) {
  std::optional<Row> row = row_at(view, deadline.substr(8));
  CHECK(row);  // both are written in one batch
  return std::move(*row);
}

}  // namespace

std::optional<Row> find_row(const store::StoreView& view, std::string_view network, const wire::Address& address) {
  return row_at(view, peer_key(network, address));
}

void put_row(store::Draft& draft, Row& row, const std::optional<Row>& previous) {
  const std::uint64_t wanted_ms = deadline_of(row);
  const bool held = previous && previous->due_ms > deadline_of(*previous);
  row.due_ms = previous && (previous->due_ms <= wanted_ms || held) ? previous->due_ms : wanted_ms;
  place_row(draft, row, previous);
}

void place_row(store::Draft& draft, const Row& row, const std::optional<Row>& previous) {
  const std::string key = peer_key(row.network, row.address);
  const bool was_classic = previous && previous->flavour != wire::Flavour::kNative;
  const bool is_classic = row.flavour != wire::Flavour::kNative;
  if (is_classic && !was_classic) draft.put(kClassic, key, {});
  if (was_classic && !is_classic) draft.remove(kClassic, key);
  if (!previous || previous->due_ms != row.due_ms) {
    if (previous) draft.remove(kDeadlines, deadline_key(previous->due_ms, key));
    draft.put(kDeadlines, deadline_key(row.due_ms, key), {});
  }
  if (!previous || previous->listed != row.listed || previous->verified != row.verified) {
    if (previous) change_counts(draft, *previous, false);
    change_counts(draft, row, true);
  }
  if (previous && previous->listed != row.listed) draft.remove(family_of(*previous), key);
  draft.put(family_of(row), key, encode_row(row));
}

void erase_row(store::Draft& draft, const Row& row) {
  if (row.key) remember_sequence(draft, row.network, row.address, *row.key, row.sequence);
  const std::string key = peer_key(row.network, row.address);
  if (row.flavour != wire::Flavour::kNative) draft.remove(kClassic, key);
  change_counts(draft, row, false);
  draft.remove(kDeadlines, deadline_key(row.due_ms, key));
  draft.remove(family_of(row), key);
}

RowCounts count_rows(const store::StoreView& view, std::string_view network) {
  const auto counts = view.get(kNetworks, network_key(network));
  return counts ? counts_of(*counts) : RowCounts{};
}

RowTotals count_all_rows(const store::StoreView& view) {
  const auto value = view.get(kMeta, kRowTotals);
  if (!value) return {};
  CHECK(value->size() == 24);
  const std::string_view totals = *value;
  return {counts_of(totals.substr(0, 16)), u64_of(totals.substr(16))};
}

Page page_of_rows(const store::StoreView& view, std::string_view network, std::string_view after, std::size_t limit) {
  const std::string prefix = network == wire::kEveryNetwork ? std::string() : network_key(network);
  const auto cursor = from_hex(after);
  CHECK(cursor);  // the codec lets nothing else through
  // The smallest key above the cursor's.
  const std::string from = after.empty() ? prefix : prefix + std::string(as_text(*cursor)) + '\0';
  Page page;
  AnswerBudget budget(limit);
  std::string last;
  view.scan(kPeers, from, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(prefix)) return false;
    Row row = decode_row(key, value);
    if (!budget.take(row)) {
      if (!last.empty()) page.next = to_hex(as_bytes(std::string_view(last).substr(prefix.size())));
      return false;
    }
    page.rows.push_back(std::move(row));
    last = key;
    return true;
  });
  return page;
}

std::vector<Row> sample_rows(const store::StoreView& view, std::string_view network, std::size_t limit, Rng& rng) {
  const std::string prefix = network_key(network);
  const std::string start = prefix + u64_key(count_rows(view, network).rows > limit ? rng.next() : 0);
  std::vector<Row> rows;
  AnswerBudget budget(limit);
  bool full = false;
  const auto collect = [&](const std::string& from, const std::string& until) {
    view.scan(kPeers, from, [&](std::string_view key, std::string_view value) {
      if (!key.starts_with(prefix) || (!until.empty() && key >= until)) return false;
      Row row = decode_row(key, value);
      full = !budget.take(row);
      if (!full) rows.push_back(std::move(row));
      return !full;
    });
  };
  collect(start, {});
  if (!full) collect(prefix, start);
  return rows;
}

std::vector<Row> sample_classic_rows(const store::StoreView& view, std::string_view network, std::size_t limit,
                                     Rng& rng) {
  const std::string prefix = network_key(network);
  const std::string start = prefix + u64_key(rng.next());
  std::vector<Row> rows;
  const auto collect = [&](const std::string& from, const std::string& until) {
    view.scan(kClassic, from, [&](std::string_view key, std::string_view) {
      if (rows.size() == limit || !key.starts_with(prefix) || (!until.empty() && key >= until)) return false;
      std::optional<Row> row = row_at(view, key);
      CHECK(row);  // both are written in one batch
      rows.push_back(std::move(*row));
      return true;
    });
  };
  collect(start, {});
  collect(prefix, start);
  return rows;
}

std::vector<Row> rows_due(const store::StoreView& view, std::uint64_t from_ms, std::uint64_t now_ms,
                          std::size_t limit) {
  std::vector<Row> rows;
  view.scan(kDeadlines, u64_key(from_ms), [&](std::string_view deadline, std::string_view) {
    if (u64_of(deadline) > now_ms || rows.size() == limit) return false;
    rows.push_back(row_of_deadline(view, deadline));
    return true;
  });
  return rows;
}

std::vector<Row> rows_due_after(const store::StoreView& view, std::uint64_t latest_ms, std::uint64_t before_ms,
                                std::size_t limit) {
  std::vector<Row> rows;
  view.scan_back(kDeadlines, u64_key(before_ms), [&](std::string_view deadline, std::string_view) {
    if (u64_of(deadline) <= latest_ms || rows.size() == limit) return false;
    rows.push_back(row_of_deadline(view, deadline));
    return true;
  });
  return rows;
}

std::optional<std::uint64_t> first_due_ms(const store::StoreView& view, std::uint64_t from_ms) {
  std::optional<std::uint64_t> due;
  view.scan(kDeadlines, u64_key(from_ms), [&](std::string_view deadline, std::string_view) {
    const std::uint64_t at_ms = u64_of(deadline);
    if (at_ms != kNeverMs) due = at_ms;
    return false;
  });
  return due;
}

}  // namespace suara::directory
