// Undo data: the former value of every key a block wrote, whatever the keys mean. So taking a block back is exact by
// construction, and a new kind of transaction needs no undo of its own.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/byte_writer.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace suara::ledger {

/// Makes count u32 ‖ (family u8 ‖ key size u32 ‖ key ‖ kept u8 [‖ value size u32 ‖ value]) each, in the order added.
/// `kept` is 0 for a key that did not exist.
class UndoWriter {
 public:
  void add(store::Family family, std::string_view key, const std::optional<std::string>& former);
  [[nodiscard]] std::string take() &&;

 private:
  std::uint32_t count_ = 0;
  ByteWriter rows_;
};

}  // namespace suara::ledger
