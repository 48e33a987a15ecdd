#include "common/util/byte_reader.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/store/check_parts.hpp"

#include <algorithm>
#include <vector>

namespace suara::node_store {
namespace {

using chain::Ancestor;
using chain::BlockId;
using chain::RankedTips;
using chain::TreeEntry;

constexpr RankedTips kHeaderTips(RankedTips::Kind::kHeader);
constexpr RankedTips kBodyTips(RankedTips::Kind::kBody);

Ancestor ancestor_of(const chain::Header& header) { return {header.height, header.time_ms, header.bits}; }

class HeaderCheck {
 public:
  explicit HeaderCheck(Inspection& inspection)
      : in_(inspection),
        view_(inspection.ports.view),
        genesis_(chain::block_id(chain::genesis_block(inspection.spec).header)),
        seen_(ByteReader(as_bytes(*view_.get(kMeta, kHeadersSeenKey))).u64()) {}

  void run() {
    check_path();
    view_.scan(kHeaders, {}, [&](std::string_view key, std::string_view row) {
      in_.tell("headers", ++in_.report.headers, seen_);
      check_row(key, row);
      return true;
    });
    if (in_.report.headers != seen_) wrong(kMeta, kHeadersSeenKey, "another number of headers than there are");
    if (best_ && best_->id != path_end_) wrong(kHeaders, *best_, "has the most work, but is not the best header");
    check_children();
    check_tips();
  }

 private:
  void wrong(store::Family family, std::string_view key, std::string_view what) { in_.problem(family, key, what); }
  void wrong(store::Family family, const TreeEntry& entry, std::string_view what) {
    in_.problem(family, as_text(entry.id.view()), what);
  }

  // The headers up to the best one, in order, against the rules: all but what is off this path.
  void check_path() {
    std::vector<Ancestor> window;
    BlockId previous;
    std::uint64_t expected = 0;
    view_.scan(kHeaderHeights, {}, [&](std::string_view key, std::string_view value) {
      const auto id = id_of(value);
      if (height_of(key) != expected || !id) {
        wrong(kHeaderHeights, key, "the path to the best header has a gap or a row that cannot be read");
        return false;
      }
      in_.tell("rules of headers", expected, 0);
      const auto entry = read_entry(view_, *id);
      if (!entry || entry->header.height != expected || (expected > 0 && entry->header.previous != previous)) {
        wrong(kHeaderHeights, key, "is not the header after the one before");
        return false;
      }
      if (expected > 0) check_rules(*entry, window);
      if (window.size() >= 2 * chain::kLookBackBlocks) {
        window.erase(window.begin(), window.end() - chain::kLookBackBlocks);
      }
      window.push_back(ancestor_of(entry->header));
      previous = *id;
      path_end_ = *id;
      ++expected;
      return true;
    });
  }

  // Whatever the clock says: the header was in time when it came.
  void check_rules(const TreeEntry& entry, const std::vector<Ancestor>& ancestors) {
    // An ancestor whose bits are no target is told of by its own row; lwma cannot go on from it.
    if (in_.spec.rule == chain::DifficultyRule::kLwma &&
        std::ranges::any_of(ancestors, [](const Ancestor& each) { return !chain::target_of(each.bits); }))
      return;
    const auto kept =
        chain::check_header(in_.spec, entry.header, entry.id, ancestors, from_unix_ms(entry.header.time_ms));
    if (!kept) wrong(kHeaders, entry, kept.error().message());
  }

  void check_row(std::string_view key, std::string_view row) {
    const auto id = id_of(key);
    const auto entry = id ? chain::decode_entry(*id, row) : std::nullopt;
    if (!entry) return wrong(kHeaders, key, "cannot be read");
    if (chain::block_id(entry->header) != *id) return wrong(kHeaders, *entry, "is not the hash of its header");
    if (entry->rank.seen >= seen_) wrong(kHeaders, *entry, "came later than any header did");
    check_flags(*entry);
    if (!entry->excluded() && (!best_ || chain::better(entry->rank, best_->rank))) best_ = *entry;
    check_seal(*entry);
    if (entry->header.height == 0) return check_genesis(*entry);
    const auto parent = read_entry(view_, entry->header.previous);
    if (!parent) return wrong(kHeaders, *entry, "its parent is missing");
    check_against(*entry, *parent);
    const bool on_path = view_.get(kHeaderHeights, height_key(entry->header.height)) == key;
    if (on_path) return;
    const auto ancestors = ancestors_of(*parent);
    if (ancestors) check_rules(*entry, *ancestors);
    check_end(*entry);
  }

  // Nobody seals the genesis, which the specification yields, nor anything on an open network.
  void check_seal(const TreeEntry& entry) {
    const auto row = view_.get(kSeals, as_text(entry.id.view()));
    if (entry.header.height == 0 || !chain::lists_miners(in_.spec)) {
      if (row) wrong(kSeals, entry, "seals a block that needs none");
      return;
    }
    if (!row) return wrong(kHeaders, entry, "has no seal, and the network lists its miners");
    const auto seal = chain::decode_seal(as_bytes(*row));
    if (!seal) return wrong(kSeals, entry, seal.error().message());
    const auto listed = chain::check_miner(in_.spec, {entry.header, *seal});
    const auto kept = listed ? chain::check_seal(in_.network, entry.id, *seal) : listed;
    if (!kept) wrong(kSeals, entry, kept.error().message());
  }

  void check_genesis(const TreeEntry& entry) {
    if (entry.id != genesis_) wrong(kHeaders, entry, "is not the genesis of this network");
    if (!entry.is(TreeEntry::kConnected)) wrong(kHeaders, entry, "the genesis is not connected");
  }

  void check_against(const TreeEntry& entry, const TreeEntry& parent) {
    const auto target = chain::target_of(entry.header.bits);
    if (entry.header.height != parent.header.height + 1) wrong(kHeaders, entry, "is not one above its parent");
    if (!target || entry.rank.work != parent.rank.work + chain::work_of_target(*target)) {
      wrong(kHeaders, entry, "its work is not its parent's and its own");
    }
    if (parent.excluded() && !entry.excluded()) wrong(kHeaders, entry, "descends from an excluded block, but is not");
    if (parent.is(TreeEntry::kInvalid) && !entry.is(TreeEntry::kInvalid)) {
      wrong(kHeaders, entry, "descends from an invalid block, but is not marked so");
    }
    const bool ready = entry.is(TreeEntry::kHasBody) && parent.is(TreeEntry::kComplete);
    if (entry.is(TreeEntry::kComplete) && !ready) wrong(kHeaders, entry, "is complete without a body below");
    if (ready && !entry.is(TreeEntry::kComplete) && !entry.excluded()) {
      wrong(kHeaders, entry, "all bodies are there, but it is not marked so");
    }
    const std::string child = std::string(as_text(parent.id.view())).append(as_text(entry.id.view()));
    if (!view_.get(kHeaderChildren, child)) wrong(kHeaders, entry, "is not among its parent's children");
  }

  void check_flags(const TreeEntry& entry) {
    const auto key = as_text(entry.id.view());
    const bool connected = view_.get(kHeights, height_key(entry.header.height)) == key;
    if (connected != entry.is(TreeEntry::kConnected)) {
      wrong(kHeaders, entry,
            connected ? "is on the connected chain, but not marked so" : "is not on the chain it says");
    }
    if (entry.is(TreeEntry::kConnected) && (entry.excluded() || !entry.is(TreeEntry::kComplete))) {
      wrong(kHeaders, entry, "is connected, but excluded or incomplete");
    }
    if (entry.is(TreeEntry::kHasBody) != view_.get(kBodies, key).has_value()) {
      wrong(kHeaders, entry, entry.is(TreeEntry::kHasBody) ? "its body is missing" : "has a body it does not know of");
    }
    constexpr int kKnownFlags =
        TreeEntry::kHasBody | TreeEntry::kComplete | TreeEntry::kConnected | TreeEntry::kInvalid | TreeEntry::kRefused;
    if ((entry.flags & ~kKnownFlags) != 0) wrong(kHeaders, entry, "has flags that mean nothing");
    const bool could_be_tip = entry.is(TreeEntry::kComplete) && !entry.is(TreeEntry::kConnected) && !entry.excluded() &&
                              entry.rank.work > in_.tip.rank.work;
    if (could_be_tip != kBodyTips.contains(view_, entry.rank)) {
      wrong(kHeaders, entry,
            could_be_tip ? "could be the tip, but is not among those" : "is said to be a possible tip");
    }
  }

  // Not on the path to the best header: an end of its own, or with children that are.
  void check_end(const TreeEntry& entry) {
    bool candidate_child = false;
    const std::string_view key = as_text(entry.id.view());
    view_.scan(kHeaderChildren, key, [&](std::string_view child, std::string_view) {
      if (!child.starts_with(key)) return false;
      const auto id = id_of(child.substr(key.size()));
      const auto found = id ? read_entry(view_, *id) : std::nullopt;
      candidate_child = candidate_child || (found && !found->excluded());
      return true;
    });
    const bool is_end = !entry.excluded() && !candidate_child;
    // Under lwma a chain of more work may be lower, and ends were forgotten at the height of then.
    const std::uint64_t once_higher =
        in_.spec.rule == chain::DifficultyRule::kLwma ? chain::kMaxReorganisationDepthBlocks : 0;
    const bool deep = entry.header.height + chain::kMaxReorganisationDepthBlocks < in_.tip.header.height + once_higher;
    const bool listed = kHeaderTips.contains(view_, entry.rank);
    if (listed && !is_end) wrong(kHeaders, entry, "is no end of a chain that counts, but listed as one");
    if (is_end && !listed && !deep) wrong(kHeaders, entry, "is an end of a chain, but not listed");
  }

  std::optional<std::vector<Ancestor>> ancestors_of(const TreeEntry& parent) {
    std::vector<Ancestor> ancestors{ancestor_of(parent.header)};
    chain::Header at = parent.header;
    while (ancestors.size() < chain::kLookBackBlocks && at.height > 0) {
      const auto entry = read_entry(view_, at.previous);
      if (!entry) return std::nullopt;  // told where that row's child is looked at
      at = entry->header;
      ancestors.push_back(ancestor_of(at));
    }
    std::ranges::reverse(ancestors);
    return ancestors;
  }

  void check_children() {
    std::uint64_t count = 0;
    view_.scan(kHeaderChildren, {}, [&](std::string_view key, std::string_view) {
      in_.tell("children of headers", ++count, seen_ - 1);
      const std::size_t half = key.size() / 2;
      const auto child = id_of(key.substr(half));
      const auto entry = child ? read_entry(view_, *child) : std::nullopt;
      if (!entry || as_text(entry->header.previous.view()) != key.substr(0, half)) {
        wrong(kHeaderChildren, key, "is no header's parent and that header");
      }
      return true;
    });
  }

  void check_tips() {
    view_.scan(kTips, {}, [&](std::string_view key, std::string_view value) {
      const auto id = id_of(value);
      const auto entry = id ? read_entry(view_, *id) : std::nullopt;
      if (!entry || (key != kHeaderTips.key_of(entry->rank) && key != kBodyTips.key_of(entry->rank))) {
        wrong(kTips, key, "is not the rank of the header it names");
      }
      return true;
    });
  }

  Inspection& in_;
  const store::StoreView& view_;
  const BlockId genesis_;
  const std::uint64_t seen_;
  BlockId path_end_;
  std::optional<TreeEntry> best_;
};

}  // namespace

void check_headers(Inspection& inspection) { HeaderCheck(inspection).run(); }

}  // namespace suara::node_store
