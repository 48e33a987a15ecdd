#include "common/store/draft.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/store/check_parts.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace suara::node_store {
namespace {

using chain::TreeEntry;

/// Transactions applied to the scratch ledger between two writes to it.
constexpr std::size_t kTransactionsPerWrite = 4096;
/// Rows of a family in memory while two ledgers are compared.
constexpr std::size_t kRowsPerPage = 1024;

class BlockCheck {
 public:
  explicit BlockCheck(Inspection& inspection)
      : in_(inspection),
        view_(inspection.ports.view),
        rules_(chain::ledger_rules(inspection.spec)),
        draft_(inspection.ports.scratch) {}

  void run() {
    check_connected();
    in_.ports.write_scratch(draft_.take());
    check_others();
    check_undo();
  }

 private:
  void wrong(store::Family family, std::string_view key, std::string_view what) { in_.problem(family, key, what); }

  void check_connected() {
    std::uint64_t expected = 0;
    std::string previous;
    std::string last;
    view_.scan(kHeights, {}, [&](std::string_view key, std::string_view value) {
      const auto id = id_of(value);
      const auto entry = id ? read_entry(view_, *id) : std::nullopt;
      if (height_of(key) != expected || !entry || entry->header.height != expected ||
          (expected > 0 && as_text(entry->header.previous.view()) != previous)) {
        wrong(kHeights, key, "is not the block after the one before");
        in_.replayed = false;
        return false;
      }
      in_.tell("blocks", expected, in_.report.height);
      check_block(*entry);
      previous = std::string(value);
      ++expected;
      return true;
    });
    if (previous != as_text(in_.tip.id.view())) wrong(kMeta, kTipKey, "is not the last block of the connected chain");
  }

  void check_block(const TreeEntry& entry) {
    const auto block = sound_body(entry);
    if (block == nullptr) {
      in_.replayed = false;
      return;
    }
    if (in_.replayed && entry.header.height > 0) replay(entry, *block);
  }

  // The body, when it is this header's and keeps the rules that need no ledger.
  chain::HashedBlockPtr sound_body(const TreeEntry& entry) {
    const std::string_view key = as_text(entry.id.view());
    const auto bytes = view_.get(kBodies, key);
    if (!bytes) return nullptr;  // told of its header
    auto decoded = chain::HashedBlock::decode(as_bytes(*bytes));
    if (!decoded || (*decoded)->header() != entry.header) {
      wrong(kBodies, key, "cannot be read, or has another header");
      return nullptr;
    }
    chain::HashedBlockPtr block = *std::move(decoded);
    const auto kept = chain::check_block(in_.spec, rules_, *block);
    if (!kept) {
      wrong(kBodies, key, kept.error().message());
      return nullptr;
    }
    for (const ledger::Transaction& transaction : block->transactions()) {
      if (ledger::signature_holds(transaction, in_.network)) continue;
      wrong(kBodies, key, "the signature of transaction " + ledger::transaction_id(transaction).hex() + " is wrong");
    }
    return block;
  }

  void replay(const TreeEntry& entry, const chain::HashedBlock& block) {
    const std::string_view key = as_text(entry.id.view());
    const auto applied = ledger::apply_block(rules_, block.transactions(), block.transaction_ids(),
                                             {entry.id, entry.header.height, entry.header.time_ms}, draft_);
    if (applied.error) {
      wrong(kBodies, key,
            "transaction " + std::to_string(applied.error->index) +
                " cannot follow what came before: " + applied.error->error.message());
      in_.replayed = false;
      return;
    }
    if (view_.get(kUndo, key) != applied.undo) wrong(kUndo, key, "is not what taking the block back takes");
    in_.report.transactions += block.transactions().size();
    in_.report.votes += static_cast<std::uint64_t>(std::ranges::count_if(block.transactions(), [](const auto& each) {
      return std::holds_alternative<ledger::CastVote>(each.statement);
    }));
    waiting_ += 1 + block.transactions().size();
    if (waiting_ < kTransactionsPerWrite) return;
    in_.ports.write_scratch(draft_.take());
    waiting_ = 0;
  }

  // Bodies off the connected chain; each must have a header that knows of it.
  void check_others() {
    std::uint64_t count = 0;
    view_.scan(kBodies, {}, [&](std::string_view key, std::string_view) {
      in_.tell("bodies", ++count, 0);
      const auto id = id_of(key);
      const auto entry = id ? read_entry(view_, *id) : std::nullopt;
      if (!entry) {
        wrong(kBodies, key, "has no header");
      } else if (!entry->is(TreeEntry::kConnected)) {
        (void)sound_body(*entry);
      }
      return true;
    });
  }

  void check_undo() {
    view_.scan(kUndo, {}, [&](std::string_view key, std::string_view) {
      const auto id = id_of(key);
      const auto entry = id ? read_entry(view_, *id) : std::nullopt;
      if (!entry || !entry->is(TreeEntry::kConnected)) wrong(kUndo, key, "is of a block that is not connected");
      return true;
    });
  }

  Inspection& in_;
  const store::StoreView& view_;
  const ledger::Rules rules_;
  store::Draft draft_;
  std::size_t waiting_ = 0;
};

// A family, row after row, a page at a time.
class Rows {
 public:
  Rows(const store::StoreView& view, store::Family family) : view_(view), family_(family) { fill(); }

  [[nodiscard]] bool ended() const { return page_.empty(); }
  [[nodiscard]] const std::string& key() const { return page_.front().first; }
  [[nodiscard]] const std::string& value() const { return page_.front().second; }
  void next() {
    from_ = page_.front().first + '\0';
    page_.pop_front();
    if (page_.empty()) fill();
  }

 private:
  void fill() {
    view_.scan(family_, from_, [&](std::string_view key, std::string_view value) {
      page_.emplace_back(key, value);
      return page_.size() < kRowsPerPage;
    });
  }

  const store::StoreView& view_;
  const store::Family family_;
  std::string from_;
  std::deque<std::pair<std::string, std::string>> page_;
};

void compare_family(Inspection& in, store::Family family) {
  Rows found(in.ports.view, family);
  Rows wanted(in.ports.scratch, family);
  std::uint64_t count = 0;
  while (!found.ended() || !wanted.ended()) {
    in.tell("the ledger, replayed", ++count, 0);
    if (wanted.ended() || (!found.ended() && found.key() < wanted.key())) {
      in.problem(family, found.key(), "does not come from any block");
      found.next();
    } else if (found.ended() || wanted.key() < found.key()) {
      in.problem(family, wanted.key(), "is missing");
      wanted.next();
    } else {
      if (found.value() != wanted.value()) in.problem(family, found.key(), "is not what the blocks say");
      found.next();
      wanted.next();
    }
  }
}

}  // namespace

void check_blocks(Inspection& inspection) { BlockCheck(inspection).run(); }

void compare_ledgers(Inspection& inspection) {
  for (store::Family family = kTransactions; family <= kRollNames; ++family) compare_family(inspection, family);
}

}  // namespace suara::node_store
