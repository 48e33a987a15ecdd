#include "peer-node/chain/chain_state.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/connector.hpp"
#include "peer-node/chain/header_tree.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <utility>

namespace suara::chain {
namespace {

ChainPoint point_of(const TreeEntry& entry) {
  return {entry.id, entry.header.height, entry.rank.work, entry.header.time_ms};
}

BlockStatus status_of(const TreeEntry& entry) {
  if (entry.is(TreeEntry::kInvalid)) return BlockStatus::kInvalid;
  if (entry.is(TreeEntry::kConnected)) return BlockStatus::kConnected;
  return entry.is(TreeEntry::kHasBody) ? BlockStatus::kHasBody : BlockStatus::kHeaderOnly;
}

void write_genesis(const ChainSpec& spec, store::Draft& draft) {
  const Block genesis = genesis_block(spec);
  HeaderTree::plant(genesis.header, draft);
  const TreeEntry entry = entry_of(draft, block_id(genesis.header));
  draft.put(node_store::kBodies, as_text(entry.id.view()), std::string(as_text(encode(genesis))));
  draft.put(node_store::kMeta, node_store::kSpecKey, canonical_json(spec));
  put_tip(draft, entry);
}

}  // namespace

std::optional<ChainSpec> stored_spec(const store::StoreView& view) {
  const auto text = view.get(node_store::kMeta, node_store::kSpecKey);
  if (!text) return std::nullopt;
  auto spec = parse_chain_spec(*text);
  return spec ? std::optional<ChainSpec>(*std::move(spec)) : std::nullopt;
}

std::optional<ChainPoint> stored_tip(const store::StoreView& view) {
  const auto value = view.get(node_store::kMeta, node_store::kTipKey);
  if (!value) return std::nullopt;
  return point_of(entry_of(view, stored_id(*value)));
}

struct ChainState::State {
  State(ChainSpec chain_spec, const store::StoreView& view)
      : spec(std::move(chain_spec)),
        network(network_id(spec)),
        rules(ledger_rules(spec)),
        tree(view),
        tip(stored_tip(view).value()),
        best(point_of(tree.best())) {}

  ChainSpec spec;
  NetworkId network;
  ledger::Rules rules;
  HeaderTree tree;
  ChainPoint tip;
  ChainPoint best;

  // All blocks on the path to the best header, from where it leaves the connected chain up to below this height, have
  // bodies; as long as the path is of this version. Spares missing_bodies the walk it made last time.
  mutable std::uint64_t bodies_below = 0;
  mutable std::uint64_t bodies_path_version = 0;

  // At this height and above no body waits for those below it. Not known of a store that was there before: then there
  // may be one anywhere. Spares add_body the search for children that it would have to go on with.
  std::uint64_t bodies_wait_below = UINT64_MAX;

  // Bodies added since the last step, which is for connecting them: spares it reading them again.
  BlocksAtHand at_hand;
};

ChainState::ChainState(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChainState::ChainState(ChainState&&) noexcept = default;
ChainState& ChainState::operator=(ChainState&&) noexcept = default;
ChainState::~ChainState() = default;

ChainState ChainState::open(ChainSpec spec, const store::StoreView& view, store::Draft& draft) {
  const auto stored = view.get(node_store::kMeta, node_store::kSpecKey);
  if (stored) {
    CHECK(*stored == canonical_json(spec));
    return ChainState(std::make_unique<State>(std::move(spec), view));
  }
  write_genesis(spec, draft);
  ChainState chain(std::make_unique<State>(std::move(spec), draft));
  chain.state_->bodies_wait_below = 0;
  return chain;
}

const ChainSpec& ChainState::spec() const { return state_->spec; }
const NetworkId& ChainState::network() const { return state_->network; }
const ChainPoint& ChainState::tip() const { return state_->tip; }
const ChainPoint& ChainState::best_header() const { return state_->best; }

bool ChainState::contested(const store::StoreView& view) const {
  return state_->tip.work == state_->best.work && state_->tree.contested(view);
}

std::uint64_t ChainState::headers_seen() const { return state_->tree.seen(); }

std::optional<BlockEntry> ChainState::find(const store::StoreView& view, const BlockId& id) const {
  const auto entry = find_entry(view, id);
  if (!entry) return std::nullopt;
  return BlockEntry{entry->header, point_of(*entry), status_of(*entry)};
}

std::optional<BlockId> ChainState::id_at(const store::StoreView& view, std::uint64_t height) const {
  return connected_at(view, height);
}

std::optional<Block> ChainState::block(const store::StoreView& view, const BlockId& id) const {
  const auto entry = find_entry(view, id);
  if (!entry || !entry->is(TreeEntry::kHasBody)) return std::nullopt;
  return stored_block(view, id);
}

// -- headers --

Result<ChainState::HeaderVerdict> ChainState::add_header(const SealedHeader& sealed, WallTime now,
                                                         store::Draft& draft) {
  SUARA_TRY(check_miner(state_->spec, sealed));
  const Header& header = sealed.header;
  const BlockId id = block_id(header);
  if (const auto known = find_entry(draft, id)) {
    if (known->is(TreeEntry::kInvalid)) return Error(RuleError::kInvalidParent, id.hex());
    return HeaderVerdict::kKnown;
  }
  const auto parent = find_entry(draft, header.previous);
  if (!parent) return Error(RuleError::kOrphanHeader, header.previous.hex());
  if (parent->is(TreeEntry::kInvalid)) return Error(RuleError::kInvalidParent, header.previous.hex());
  SUARA_TRY(check_header(state_->spec, header, id, state_->tree.ancestors(draft, parent->id), now));
  state_->tree.insert(header, id, *parent, draft);
  if (sealed.seal) draft.put(node_store::kSeals, as_text(id.view()), std::string(as_text(encode(*sealed.seal))));
  state_->best = point_of(state_->tree.best());
  return HeaderVerdict::kNew;
}

std::vector<Ancestor> ChainState::ancestors(const store::StoreView& view, const BlockId& id) const {
  return HeaderTree::ancestors_from(view, id);
}

std::optional<Seal> ChainState::seal(const store::StoreView& view, const BlockId& id) const {
  if (!lists_miners(state_->spec)) return std::nullopt;
  const auto row = view.get(node_store::kSeals, as_text(id.view()));
  if (!row) return std::nullopt;
  const auto seal = decode_seal(as_bytes(*row));
  CHECK(seal.has_value());
  return *seal;
}

std::vector<BlockId> ChainState::locator(const store::StoreView& view) const {
  std::vector<BlockId> ids;
  std::uint64_t height = state_->best.height;
  std::uint64_t step = 1;
  while (true) {
    ids.push_back(*state_->tree.at_height(view, height));
    if (height == 0) break;
    if (ids.size() >= 10) step *= 2;
    height = ids.size() + 1 < kMaxLocatorSize && height > step ? height - step : 0;
  }
  return ids;
}

std::vector<SealedHeader> ChainState::headers_after(const store::StoreView& view, const std::vector<BlockId>& locator,
                                                    std::size_t limit) const {
  std::uint64_t height = 0;
  std::optional<BlockId> last = connected_at(view, 0);
  for (const BlockId& id : locator) {
    const auto entry = find_entry(view, id);
    if (!entry || !entry->is(TreeEntry::kConnected)) continue;
    height = entry->header.height;
    last = id;
    break;
  }
  std::vector<SealedHeader> headers;
  limit = std::min(limit, kMaxHeadersPerMessage);
  if (limit == 0) return headers;
  view.scan(node_store::kHeights, node_store::height_key(height + 1), [&](std::string_view, std::string_view value) {
    const BlockId id = stored_id(value);
    const Header header = entry_of(view, id).header;
    if (header.previous != last) return false;  // a reorganisation was committed between two reads: the rest later
    headers.emplace_back(header, seal(view, id));
    last = id;
    return headers.size() < limit;
  });
  return headers;
}

// -- bodies --

std::vector<ChainPoint> ChainState::missing_bodies(const store::StoreView& view, std::size_t limit,
                                                   std::uint64_t from_height) const {
  std::vector<ChainPoint> missing;
  if (state_->bodies_path_version != state_->tree.path_version()) {
    state_->bodies_path_version = state_->tree.path_version();
    state_->bodies_below = 0;
  }
  if (limit == 0 || state_->best.id == state_->tip.id) return missing;
  std::uint64_t height = std::max(fork_height(state_->tree, view, state_->tip.height) + 1, state_->bodies_below);
  bool in_a_row = from_height <= height;
  height = std::max(height, from_height);
  state_->tree.path_from(view, height, [&](const BlockId& id) {
    TreeEntry entry = entry_of(view, id);
    if (!entry.is(TreeEntry::kHasBody)) {
      missing.push_back(point_of(entry));
      in_a_row = false;
    }
    ++height;
    if (in_a_row) state_->bodies_below = height;
    return missing.size() < limit;
  });
  return missing;
}

Result<void> ChainState::check_body(const HashedBlock& block) const {
  return check_block(state_->spec, state_->rules, block);
}

void ChainState::add_body(HashedBlockPtr block, store::Draft& draft) {
  TreeEntry first = entry_of(draft, block->id());
  if (first.is(TreeEntry::kHasBody) || first.excluded()) return;
  first.set(TreeEntry::kHasBody);
  put_entry(draft, first);
  draft.put(node_store::kBodies, as_text(first.id.view()), block->encoded());
  if (state_->at_hand.size() < kMaxBlocksPerStep) state_->at_hand.emplace(first.id, std::move(block));

  // The body may have been the last one that its descendants waited for.
  std::uint64_t& wait_below = state_->bodies_wait_below;
  if (!entry_of(draft, first.header.previous).is(TreeEntry::kComplete)) {
    wait_below = std::max(wait_below, first.header.height + 1);
    return;
  }
  std::vector<BlockId> ready{first.id};
  while (!ready.empty()) {
    TreeEntry entry = entry_of(draft, ready.back());
    ready.pop_back();
    if (!entry.is(TreeEntry::kHasBody) || entry.excluded()) continue;
    entry.set(TreeEntry::kComplete);
    put_entry(draft, entry);
    if (entry.rank.work > state_->tip.work) kBodyTips.add(draft, entry.rank, entry.id);
    if (entry.header.height + 1 >= wait_below) continue;
    for (const BlockId& child : children_of(draft, entry.id)) ready.push_back(child);
  }
}

void ChainState::mark_invalid(const BlockId& id, store::Draft& draft) {
  const auto entry = find_entry(draft, id);
  if (!entry || entry->is(TreeEntry::kConnected) || entry->is(TreeEntry::kInvalid)) return;
  exclude_branch(state_->tree, id, TreeEntry::kInvalid, draft);
  state_->best = point_of(state_->tree.best());
}

// -- moving to the most work --

ChainState::Step ChainState::advance(store::Draft& draft) {
  const BlocksAtHand at_hand = std::exchange(state_->at_hand, {});
  Connector connector(state_->rules, state_->tree, entry_of(draft, state_->tip.id), at_hand, draft);
  Step step = connector.run();
  state_->tip = point_of(connector.tip());
  state_->best = point_of(state_->tree.best());
  return step;
}

// -- making blocks --

Header ChainState::next_header(const store::StoreView& view, const Hash256& transactions_root, WallTime now) const {
  const std::vector<Ancestor> ancestors = HeaderTree::ancestors_from(view, state_->tip.id);
  Header header;
  header.height = state_->tip.height + 1;
  header.previous = state_->tip.id;
  header.transactions_root = transactions_root;
  header.time_ms = std::max(to_unix_ms(now), median_time_ms(ancestors) + 1);
  header.bits = required_bits(state_->spec, ancestors);
  return header;
}

}  // namespace suara::chain
