// A step that brings a database from one format to the next. A daemon's steps are one table beside its schema; whoever
// opens the database runs those it lacks before anything else reads.
#pragma once

#include "common/store/store_view.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace suara::store {

/// The format version is written once the step has nothing left to do, in a commit of its own after all of the step's.
/// Killed before that, the step begins anew: it must find in `view` what it has done already and leave that as it is.
/// New families need no writes: opening makes those that are missing.
struct Migration {
  std::uint32_t from = 0;  ///< the format it starts from; it leads to from + 1
  std::string_view what;   ///< for the log: "adds the family `seals`"

  /// The next writes, some thousands at most; made durable before it is called again. None: the step is done.
  /// `cursor` is empty at first, and the step's own: where in its scan it is.
  WriteBatch (*next)(const StoreView& view, std::string& cursor) = nullptr;
};

/// For formats that differ in nothing but their families.
inline WriteBatch no_rows_change(const StoreView&, std::string&) { return {}; }

}  // namespace suara::store
