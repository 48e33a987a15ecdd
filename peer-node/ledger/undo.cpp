#include "peer-node/ledger/undo.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "peer-node/ledger/ledger.hpp"

namespace suara::ledger {

void UndoWriter::add(store::Family family, std::string_view key, const std::optional<std::string>& former) {
  ++count_;
  rows_.u8(family);
  rows_.sized(key);
  rows_.u8(former ? 1 : 0);
  if (former) rows_.sized(*former);
}

std::string UndoWriter::take() && {
  ByteWriter undo;
  undo.reserve(sizeof(count_) + rows_.size());
  undo.u32(count_);
  undo.raw(rows_.view());
  return undo.text();
}

void undo_block(std::string_view undo, store::Draft& draft) {
  ByteReader in(as_bytes(undo));
  const std::uint32_t count = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const store::Family family = in.u8();
    const std::string key = in.sized_text(undo.size());
    if (in.u8() != 0) {
      draft.put(family, key, in.sized_text(undo.size()));
    } else {
      draft.remove(family, key);
    }
  }
  CHECK(in.finished());
}

}  // namespace suara::ledger
