// Undo data: the former value of every key a block wrote, whatever the keys mean. So taking a block back is exact by
// construction, and a new kind of transaction needs no undo of its own.
#pragma once

#include "common/store/draft.hpp"

#include <string>

namespace suara::ledger {

/// Makes the writes in `draft`, which shows what `before` does until then; returns count u32 ‖ (family u8 ‖ key size
/// u32 ‖ key ‖ kept u8 [‖ value size u32 ‖ value]) each, in the order written. `kept` is 0 for a key that did not
/// exist.
std::string write_with_undo(const store::WriteBatch& writes, const store::StoreView& before, store::Draft& draft);

}  // namespace suara::ledger
