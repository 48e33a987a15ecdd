#include "bootstrap-server/core/directory.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"

namespace suara::directory {
namespace {

std::string lease_key(const Row& row) { return u64_key(row.lease_ends_ms) + peer_key(row.network, row.address); }

// A row's share of an answer in JSON: names and numbers, and its strings with a key's worst escaping.
std::size_t answer_size_bytes(const Row& row) {
  constexpr std::size_t kMembersSizeBytes = 256;
  const std::size_t status = row.status ? kMembersSizeBytes + row.status->tip.size() + row.status->agent.size() : 0;
  return kMembersSizeBytes + row.address.host.size() + row.network.size() + 6 * row.classic_key.size() + status;
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

void change_count(store::Draft& draft, const Row& row, std::int64_t change) {
  const std::uint64_t count = count_rows(draft, row.network) + static_cast<std::uint64_t>(change);
  if (count == 0) {
    draft.remove(kNetworks, network_key(row.network));
  } else {
    draft.put(kNetworks, network_key(row.network), u64_key(count));
  }
}

Row row_of_lease(const store::StoreView& view, std::string_view lease) {
  const std::string_view key = lease.substr(8);
  const auto value = view.get(kPeers, key);
  CHECK(value);  // both are written in one batch
  return decode_row(key, *value);
}

}  // namespace

std::optional<Row> find_row(const store::StoreView& view, std::string_view network, const wire::Address& address) {
  const std::string key = peer_key(network, address);
  const auto value = view.get(kPeers, key);
  return value ? std::optional(decode_row(key, *value)) : std::nullopt;
}

void put_row(store::Draft& draft, const Row& row, const std::optional<Row>& previous) {
  if (!previous) change_count(draft, row, 1);
  if (previous && previous->lease_ends_ms != 0) draft.remove(kLeases, lease_key(*previous));
  if (row.lease_ends_ms != 0) draft.put(kLeases, lease_key(row), {});
  draft.put(kPeers, peer_key(row.network, row.address), encode_row(row));
}

void erase_row(store::Draft& draft, const Row& row) {
  change_count(draft, row, -1);
  if (row.lease_ends_ms != 0) draft.remove(kLeases, lease_key(row));
  draft.remove(kPeers, peer_key(row.network, row.address));
}

std::uint64_t count_rows(const store::StoreView& view, std::string_view network) {
  const auto count = view.get(kNetworks, network_key(network));
  return count ? u64_of(*count) : 0;
}

std::uint64_t count_all_rows(const store::StoreView& view) {
  std::uint64_t sum = 0;
  view.scan(kNetworks, {}, [&](std::string_view, std::string_view count) {
    sum += u64_of(count);
    return true;
  });
  return sum;
}

Page page_of_rows(const store::StoreView& view, std::string_view network, std::string_view after, std::size_t limit) {
  const std::string prefix = network_key(network);
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
  const std::string start = prefix + u64_key(count_rows(view, network) > limit ? rng.next() : 0);
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

std::vector<Row> rows_ended(const store::StoreView& view, std::uint64_t now_ms, std::size_t limit) {
  std::vector<Row> rows;
  view.scan(kLeases, {}, [&](std::string_view lease, std::string_view) {
    if (u64_of(lease) > now_ms || rows.size() == limit) return false;
    rows.push_back(row_of_lease(view, lease));
    return true;
  });
  return rows;
}

std::vector<Row> rows_ending_after(const store::StoreView& view, std::uint64_t latest_ms, std::size_t limit) {
  std::vector<Row> rows;
  view.scan_back(kLeases, u64_key(UINT64_MAX), [&](std::string_view lease, std::string_view) {
    if (u64_of(lease) <= latest_ms || rows.size() == limit) return false;
    rows.push_back(row_of_lease(view, lease));
    return true;
  });
  return rows;
}

std::optional<std::uint64_t> first_lease_end_ms(const store::StoreView& view) {
  std::optional<std::uint64_t> end;
  view.scan(kLeases, {}, [&](std::string_view lease, std::string_view) {
    end = u64_of(lease);
    return false;
  });
  return end;
}

}  // namespace suara::directory
