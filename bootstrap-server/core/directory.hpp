// The rows of the directory and their indexes. Nothing is kept in memory: reads go to a StoreView, writes to the
// Draft of the event at hand, so memory and start-up do not grow with the number of rows.
#pragma once

#include "bootstrap-server/store/row.hpp"
#include "common/store/draft.hpp"
#include "common/util/rng.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::directory {

/// Listed or not.
std::optional<Row> find_row(const store::StoreView& view, std::string_view network, const wire::Address& address);

/// Writes a new row, or one in place of `previous`. The row is due at its deadline, or earlier: where it stands already
/// before its new deadline, or is held, it stays, so that a renewal costs one write. Sets `row.due_ms`.
void put_row(store::Draft& draft, Row& row, const std::optional<Row>& previous);
/// Likewise, due exactly at `row.due_ms`.
void place_row(store::Draft& draft, const Row& row, const std::optional<Row>& previous);
/// Its key's sequence is remembered.
void erase_row(store::Draft& draft, const Row& row);

/// Of listed rows.
struct RowCounts {
  std::uint64_t rows = 0;
  std::uint64_t verified = 0;
};

RowCounts count_rows(const store::StoreView& view, std::string_view network);

struct RowTotals {
  RowCounts listed;
  std::uint64_t unlisted = 0;
};

/// Over all networks; kept beside the counts of each, since there may be as many networks as rows.
RowTotals count_all_rows(const store::StoreView& view);

struct Page {
  std::vector<Row> rows;
  std::optional<std::string> next;  ///< where the next page begins, when there is one
};

/// The listed rows after the one a previous page's `next` names ("" for the first), at most `limit` and
/// kMaxAnswerSizeBytes. `network` may be wire::kEveryNetwork.
Page page_of_rows(const store::StoreView& view, std::string_view network, std::string_view after, std::size_t limit);

/// All listed rows, or a fair sample of `limit`: as many as follow a random place in an order nobody chose.
std::vector<Row> sample_rows(const store::StoreView& view, std::string_view network, std::size_t limit, Rng& rng);

/// All classic rows of a network, or a fair sample of `limit`.
std::vector<Row> sample_classic_rows(const store::StoreView& view, std::string_view network, std::size_t limit,
                                     Rng& rng);

/// At most `limit` rows that are due from `from_ms` to `now_ms`, the earliest first. Where nothing earlier is left,
/// `from_ms` spares the search the traces of what was.
std::vector<Row> rows_due(const store::StoreView& view, std::uint64_t from_ms, std::uint64_t now_ms, std::size_t limit);
/// At most `limit` rows due after `latest_ms` and before `before_ms`.
std::vector<Row> rows_due_after(const store::StoreView& view, std::uint64_t latest_ms, std::uint64_t before_ms,
                                std::size_t limit);
/// The first at or after `from_ms`, kNeverMs excepted.
std::optional<std::uint64_t> first_due_ms(const store::StoreView& view, std::uint64_t from_ms);

}  // namespace suara::directory
