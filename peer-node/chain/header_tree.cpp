#include "peer-node/chain/header_tree.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::chain {
namespace {

using node_store::height_key;
using node_store::kHeaderChildren;
using node_store::kHeaderHeights;
using node_store::kHeaders;
using node_store::kHeadersSeenKey;
using node_store::kMeta;

constexpr RankedTips kHeaderTips(RankedTips::Kind::kHeader);

std::string text_of(const BlockId& id) { return std::string(as_text(id.view())); }

Ancestor ancestor_of(const Header& header) { return {header.height, header.time_ms, header.bits}; }

void add_child(store::Draft& draft, const BlockId& parent, const BlockId& child) {
  draft.put(kHeaderChildren, text_of(parent).append(as_text(child.view())), {});
}

bool has_candidate_child(const store::StoreView& view, const BlockId& id) {
  return std::ranges::any_of(children_of(view, id),
                             [&](const BlockId& child) { return !entry_of(view, child).excluded(); });
}

}  // namespace

// -- rows --

std::optional<TreeEntry> decode_entry(const BlockId& id, std::string_view row) {
  ByteReader reader(as_bytes(row));
  const auto header = decode_header(reader.raw(kHeaderSizeBytes));
  if (!header) return std::nullopt;
  Hash256 work;
  reader.read(work.bytes);
  TreeEntry entry{id, *header, {to_number(work), 0}, reader.u8()};
  entry.rank.seen = reader.u64();
  return reader.finished() ? std::optional(entry) : std::nullopt;
}

std::optional<TreeEntry> find_entry(const store::StoreView& view, const BlockId& id) {
  const auto row = view.get(kHeaders, as_text(id.view()));
  if (!row) return std::nullopt;
  auto entry = decode_entry(id, *row);
  CHECK(entry.has_value());
  return entry;
}

TreeEntry entry_of(const store::StoreView& view, const BlockId& id) {
  auto entry = find_entry(view, id);
  CHECK(entry.has_value());
  return *std::move(entry);
}

void put_entry(store::Draft& draft, const TreeEntry& entry) {
  ByteWriter row;
  row.reserve(kHeaderSizeBytes + 41);
  row.raw(encode(entry.header));
  row.raw(to_hash(entry.rank.work).view());
  row.u8(entry.flags);
  row.u64(entry.rank.seen);
  draft.put(kHeaders, as_text(entry.id.view()), row.text());
}

std::vector<BlockId> children_of(const store::StoreView& view, const BlockId& id) {
  std::vector<BlockId> children;
  const std::string_view prefix = as_text(id.view());
  view.scan(kHeaderChildren, prefix, [&](std::string_view key, std::string_view) {
    if (!key.starts_with(prefix)) return false;
    children.push_back(stored_id(key.substr(prefix.size())));
    return true;
  });
  return children;
}

// -- the tree --

HeaderTree::HeaderTree(const store::StoreView& view) {
  const auto best = kHeaderTips.best(view);
  const auto seen = view.get(kMeta, kHeadersSeenKey);
  CHECK(best.has_value() && seen.has_value());
  best_ = entry_of(view, *best);
  next_seen_ = ByteReader(as_bytes(*seen)).u64();
}

void HeaderTree::plant(const Header& genesis, store::Draft& draft) {
  TreeEntry entry{block_id(genesis), genesis, {}, 0};
  const auto target = target_of(genesis.bits);
  CHECK(target.has_value());
  entry.rank.work = work_of_target(*target);
  entry.set(TreeEntry::kHasBody);
  entry.set(TreeEntry::kComplete);
  entry.set(TreeEntry::kConnected);
  put_entry(draft, entry);
  kHeaderTips.add(draft, entry.rank, entry.id);
  draft.put(kHeaderHeights, height_key(0), text_of(entry.id));
  ByteWriter seen;
  seen.u64(1);
  draft.put(kMeta, kHeadersSeenKey, seen.text());
}

std::optional<BlockId> HeaderTree::at_height(const store::StoreView& view, std::uint64_t height) const {
  if (height > best_.header.height) return std::nullopt;
  const auto value = view.get(kHeaderHeights, height_key(height));
  CHECK(value.has_value());
  return stored_id(*value);
}

void HeaderTree::path_from(const store::StoreView& view, std::uint64_t height,
                           const std::function<bool(const BlockId&)>& visit) const {
  view.scan(kHeaderHeights, height_key(height),
            [&](std::string_view, std::string_view value) { return visit(stored_id(value)); });
}

std::vector<Ancestor> HeaderTree::ancestors_from(const store::StoreView& view, const BlockId& id) {
  std::vector<Ancestor> ancestors;
  BlockId at = id;
  while (ancestors.size() < kLookBackBlocks) {
    const TreeEntry entry = entry_of(view, at);
    ancestors.push_back(ancestor_of(entry.header));
    if (entry.header.height == 0) break;
    at = entry.header.previous;
  }
  std::ranges::reverse(ancestors);
  return ancestors;
}

const std::vector<Ancestor>& HeaderTree::ancestors(const store::StoreView& view, const BlockId& id) {
  if (window_.empty() || window_of_ != id) {
    window_ = ancestors_from(view, id);
    window_of_ = id;
  }
  return window_;
}

void HeaderTree::insert(const Header& header, const BlockId& id, const TreeEntry& parent, store::Draft& draft) {
  const auto target = target_of(header.bits);
  CHECK(target.has_value() && !parent.is(TreeEntry::kInvalid));
  TreeEntry entry{id, header, {parent.rank.work + work_of_target(*target), next_seen_++}, 0};
  if (parent.is(TreeEntry::kRefused)) entry.set(TreeEntry::kRefused);
  put_entry(draft, entry);
  add_child(draft, parent.id, id);
  ByteWriter seen;
  seen.u64(next_seen_);
  draft.put(kMeta, kHeadersSeenKey, seen.text());

  if (window_of_ == parent.id && !window_.empty()) {
    if (window_.size() >= 2 * kLookBackBlocks) window_.erase(window_.begin(), window_.end() - kLookBackBlocks);
    window_.push_back(ancestor_of(header));
    window_of_ = id;
  }
  if (entry.excluded()) return;
  kHeaderTips.remove(draft, parent.rank);
  add_tip(draft, entry);
  if (better(entry.rank, best_.rank)) move_path(entry, draft);
}

void HeaderTree::add_tip(store::Draft& draft, const TreeEntry& entry) {
  kHeaderTips.add(draft, entry.rank, entry.id);
  lowest_tip_work_ = std::min(lowest_tip_work_, entry.rank.work);
}

bool HeaderTree::contested(const store::StoreView& view) const { return kHeaderTips.tied(view); }

// Rewrites the heights down to where the new best header's ancestors are on the path already.
void HeaderTree::move_path(const TreeEntry& to, store::Draft& draft) {
  if (to.header.previous == best_.id) {  // nothing is above the best header
    draft.put(kHeaderHeights, height_key(to.header.height), text_of(to.id));
    best_ = to;
    return;
  }
  for (std::uint64_t height = best_.header.height; height > to.header.height; --height) {
    draft.remove(kHeaderHeights, height_key(height));
  }
  ++path_version_;
  TreeEntry at = to;
  while (draft.get(kHeaderHeights, height_key(at.header.height)) != text_of(at.id)) {
    draft.put(kHeaderHeights, height_key(at.header.height), text_of(at.id));
    at = entry_of(draft, at.header.previous);
  }
  best_ = to;
}

void HeaderTree::choose_best(store::Draft& draft) {
  const auto best = kHeaderTips.best(draft);
  CHECK(best.has_value());  // the connected chain is never excluded
  if (*best != best_.id) move_path(entry_of(draft, *best), draft);
}

void HeaderTree::exclude(const BlockId& id, TreeEntry::Flag flag, store::Draft& draft,
                         const std::function<void(const TreeEntry&)>& excluded) {
  std::vector<BlockId> open{id};
  while (!open.empty()) {
    TreeEntry entry = entry_of(draft, open.back());
    open.pop_back();
    CHECK(!entry.is(TreeEntry::kConnected));
    entry.set(flag);
    put_entry(draft, entry);
    kHeaderTips.remove(draft, entry.rank);
    excluded(entry);
    for (const BlockId& child : children_of(draft, entry.id)) open.push_back(child);
  }
  const TreeEntry parent = entry_of(draft, entry_of(draft, id).header.previous);
  if (!parent.excluded() && !has_candidate_child(draft, parent.id)) add_tip(draft, parent);
  choose_best(draft);
}

void HeaderTree::forget_deep_tips(std::uint64_t tip_height, std::size_t limit, store::Draft& draft) {
  for (const BlockId& id : kHeaderTips.worst(draft, lowest_tip_work_, limit)) {
    const TreeEntry entry = entry_of(draft, id);
    lowest_tip_work_ = entry.rank.work;
    const bool deep = entry.header.height + kMaxReorganisationDepthBlocks < tip_height;
    if (!deep || entry.id == best_.id) return;
    kHeaderTips.remove(draft, entry.rank);
  }
}

}  // namespace suara::chain
