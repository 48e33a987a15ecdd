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

std::optional<Row> find_row(const store::StoreView& view, std::string_view network, const wire::Address& address);

/// Writes a new row or in place of `previous`, with its lease.
void put_row(store::Draft& draft, const Row& row, const std::optional<Row>& previous);
void erase_row(store::Draft& draft, const Row& row);

std::uint64_t count_rows(const store::StoreView& view, std::string_view network);
/// Over all networks.
std::uint64_t count_all_rows(const store::StoreView& view);

struct Page {
  std::vector<Row> rows;
  std::optional<std::string> next;  ///< where the next page begins, when there is one
};

/// The rows after the one a previous page's `next` names ("" for the first), at most `limit` and kMaxAnswerSizeBytes.
Page page_of_rows(const store::StoreView& view, std::string_view network, std::string_view after, std::size_t limit);

/// All rows, or a fair sample of `limit`: as many as follow a random place in an order nobody chose.
std::vector<Row> sample_rows(const store::StoreView& view, std::string_view network, std::size_t limit, Rng& rng);

/// At most `limit` rows whose lease ended at `now_ms` or before, those of the oldest leases first.
std::vector<Row> rows_ended(const store::StoreView& view, std::uint64_t now_ms, std::size_t limit);
/// At most `limit` rows whose lease ends after `latest_ms`.
std::vector<Row> rows_ending_after(const store::StoreView& view, std::uint64_t latest_ms, std::size_t limit);
std::optional<std::uint64_t> first_lease_end_ms(const store::StoreView& view);

}  // namespace suara::directory
