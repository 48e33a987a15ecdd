#include "peer-node/chain/connector.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <deque>

namespace suara::chain {

using node_store::height_key;
using node_store::kBodies;
using node_store::kHeights;
using node_store::kMeta;
using node_store::kTipKey;
using node_store::kUndo;

namespace {

std::string stored_body(const store::StoreView& view, const BlockId& id) {
  auto bytes = view.get(kBodies, as_text(id.view()));
  CHECK(bytes.has_value());
  return *std::move(bytes);
}

}  // namespace

Block stored_block(const store::StoreView& view, const BlockId& id) {
  auto block = decode_block(as_bytes(stored_body(view, id)));
  CHECK(block.has_value());
  return *std::move(block);
}

void put_tip(store::Draft& draft, const TreeEntry& entry) {
  draft.put(kHeights, height_key(entry.header.height), std::string(as_text(entry.id.view())));
  draft.put(kMeta, kTipKey, std::string(as_text(entry.id.view())));
}

std::optional<BlockId> connected_at(const store::StoreView& view, std::uint64_t height) {
  const auto value = view.get(kHeights, height_key(height));
  return value ? std::optional(stored_id(*value)) : std::nullopt;
}

std::uint64_t fork_height(const HeaderTree& tree, const store::StoreView& view, std::uint64_t tip_height) {
  std::uint64_t height = std::min(tip_height, tree.best().header.height);
  while (tree.at_height(view, height) != connected_at(view, height)) --height;
  return height;
}

void exclude_branch(HeaderTree& tree, const BlockId& id, TreeEntry::Flag flag, store::Draft& draft) {
  tree.exclude(id, flag, draft, [&](const TreeEntry& entry) { kBodyTips.remove(draft, entry.rank); });
}

ChainState::Step Connector::run() {
  refuse_deep_headers();
  while (const auto target = target_of_step()) {
    if (step_is_full()) {
      step_.more = true;
      break;
    }
    const Route route = route_to(*target);
    if (const std::uint64_t depth = depth_of(route); depth > kMaxReorganisationDepthBlocks) {
      refuse(route.first, depth);
      continue;
    }
    follow(route);
  }
  settle();
  return std::move(step_);
}

// The best there is, whichever way this step has got to where it is: after an invalid block it may be another branch,
// or the chain it came from, which wins ties because it was the tip.
std::optional<BlockId> Connector::target_of_step() const {
  TreeEntry target = tip_;
  if (const auto best = kBodyTips.best(draft_)) {
    TreeEntry entry = entry_of(draft_, *best);
    if (better(entry.rank, target.rank)) target = std::move(entry);
  }
  if (first_tip_.rank.work >= target.rank.work) target = first_tip_;
  return target.id == tip_.id ? std::nullopt : std::optional(target.id);
}

// A branch that will be refused is not worth its bodies.
void Connector::refuse_deep_headers() {
  while (tree_.best().rank.work > tip_.rank.work) {
    const std::uint64_t depth = tip_.header.height - fork_height(tree_, draft_, tip_.header.height);
    if (depth <= kMaxReorganisationDepthBlocks) return;
    refuse(*tree_.at_height(draft_, tip_.header.height - depth + 1), depth);
  }
}

void Connector::refuse(const BlockId& first, std::uint64_t depth_blocks) {
  step_.refused.push_back({first, depth_blocks});
  exclude_branch(tree_, first, TreeEntry::kRefused, draft_);
}

// A step ends only at or above the work it began with: a reorganisation is atomic. That is bounded, because what is
// taken off is (kMaxReorganisationDepthBlocks), and it takes about as many blocks to outdo it.
bool Connector::step_is_full() const {
  return connects_ >= kMaxBlocksPerStep && tip_.rank.work >= first_tip_.rank.work;
}

Connector::Route Connector::route_to(const BlockId& target) const {
  std::deque<BlockId> next;
  TreeEntry at = entry_of(draft_, target);
  Route route{{}, {}, at.id};
  while (!at.is(TreeEntry::kConnected)) {
    next.push_front(at.id);
    if (next.size() > kMaxBlocksPerStep) next.pop_back();
    route.first = at.id;
    at = entry_of(draft_, at.header.previous);
  }
  route.next.assign(next.begin(), next.end());
  route.fork = std::move(at);
  return route;
}

// How many blocks of the chain as it was before this step the route gives up.
std::uint64_t Connector::depth_of(const Route& route) const {
  const std::uint64_t kept = first_tip_.header.height - step_.disconnected.size();
  return first_tip_.header.height - std::min(route.fork.header.height, kept);
}

void Connector::follow(const Route& route) {
  while (tip_.id != route.fork.id) disconnect_tip();
  for (const BlockId& id : route.next) {
    if (step_is_full() || !connect(id)) return;
  }
}

void Connector::disconnect_tip() {
  Block block = stored_block(draft_, tip_.id);
  const std::string_view key = as_text(tip_.id.view());
  const auto undo = draft_.get(kUndo, key);
  CHECK(undo.has_value());
  ledger::undo_block(*undo, draft_);
  draft_.remove(kUndo, key);
  draft_.remove(kHeights, height_key(tip_.header.height));
  tip_.clear(TreeEntry::kConnected);
  put_entry(draft_, tip_);
  kBodyTips.add(draft_, tip_.rank, tip_.id);

  if (!step_.connected.empty()) {
    step_.connected.pop_back();
  } else {
    step_.disconnected.push_back(std::move(block));
  }
  tip_ = entry_of(draft_, tip_.header.previous);
  put_tip(draft_, tip_);
  lowest_work_ = std::min(lowest_work_, tip_.rank.work);
}

HashedBlockPtr Connector::body_of(const BlockId& id) const {
  if (const auto found = at_hand_.find(id); found != at_hand_.end()) return found->second;
  auto block = HashedBlock::decode(as_bytes(stored_body(draft_, id)));
  CHECK(block.has_value());
  return *std::move(block);
}

bool Connector::connect(const BlockId& id) {
  TreeEntry entry = entry_of(draft_, id);
  CHECK(entry.is(TreeEntry::kComplete) && !entry.excluded() && entry.header.previous == tip_.id);
  HashedBlockPtr block = body_of(id);
  auto applied = ledger::apply_block(rules_, block->transactions(), block->transaction_ids(),
                                     {id, entry.header.height, entry.header.time_ms}, draft_);
  if (applied.error) {
    step_.rejected.push_back({id, applied.error->error});
    exclude_branch(tree_, id, TreeEntry::kInvalid, draft_);
    return false;
  }
  draft_.put(kUndo, as_text(id.view()), std::move(applied.undo));
  entry.set(TreeEntry::kConnected);
  put_entry(draft_, entry);
  put_tip(draft_, entry);
  kBodyTips.remove(draft_, entry.rank);
  tip_ = std::move(entry);
  ++connects_;

  if (step_.connected.empty() && !step_.disconnected.empty() && step_.disconnected.back().header == tip_.header) {
    step_.disconnected.pop_back();  // back where it was
  } else {
    step_.connected.push_back(std::move(block));
  }
  return true;
}

// What has no more work than the tip any longer cannot become it; that may be blocks this step took off.
void Connector::settle() {
  if (connects_ == 0) return;
  kBodyTips.remove_range(draft_, lowest_work_, tip_.rank.work);
  tree_.forget_deep_tips(tip_.header.height, kMaxTipsForgottenPerBlock * connects_, draft_);
}

}  // namespace suara::chain
