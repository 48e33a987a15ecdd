#include "peer-node/ledger/undo.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "peer-node/ledger/ledger.hpp"

namespace suara::ledger {

std::string write_with_undo(const store::WriteBatch& writes, const store::StoreView& before, store::Draft& draft) {
  ByteWriter undo;
  undo.u32(static_cast<std::uint32_t>(writes.writes().size()));
  for (const store::Write& write : writes.writes()) {
    const std::optional<std::string> former = before.get(write.family, write.key);
    undo.u8(write.family);
    undo.sized(write.key);
    undo.u8(former ? 1 : 0);
    if (former) undo.sized(*former);
    write.value ? draft.put(write.family, write.key, *write.value) : draft.remove(write.family, write.key);
  }
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
