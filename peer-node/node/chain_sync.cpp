#include "peer-node/node/chain_sync.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/node_error.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace suara::node {
namespace {

std::string short_id(const Hash256& id) { return id.hex().substr(0, 16); }

std::string blocks(std::size_t count) { return std::to_string(count) + (count == 1 ? " block" : " blocks"); }

}  // namespace

ChainSync::ChainSync(Context& context, TipListener tip_moved)
    : context_(context),
      tip_moved_(std::move(tip_moved)),
      seals_(context, [this](p2p::Peer& peer, const auto& headers) { take_headers(peer, headers); }),
      intake_(context),
      compact_(context, *this),
      forwarding_(context) {}

void ChainSync::add_peer(const p2p::Peer& peer) {
  headers_.add_peer(peer.connection, chain::to_number(peer.handshake.theirs()->work), !peer.inbound());
  download_.add_peer(peer.connection, peer.height, !peer.inbound());
  compact_.add_peer(peer);
  if (headers_.peers() == 1) moved_at_ = context_.now.instant;
  if (!headers_first_until_) headers_first_until_ = context_.now.instant + sync::kHeadersFirst;
}

void ChainSync::remove_peer(ConnectionId peer) {
  if (arrived_headers_ && arrived_headers_->peer == peer) arrived_headers_.reset();
  seals_.remove_peer(peer);
  intake_.remove_peer(peer);
  headers_.remove_peer(peer);
  download_.remove_peer(peer);
  compact_.remove_peer(peer);
  std::erase_if(sources_, [&](const auto& entry) { return entry.second == peer; });
}

void ChainSync::announced(p2p::Peer& peer, const std::vector<Hash256>& ids) {
  const bool at_the_tip = synced() && !backlogged();
  for (const Hash256& hash : ids) {
    const chain::BlockId id(hash);
    peer.known_blocks.insert(id);
    if (context_.chain == nullptr) continue;
    const auto entry = context_.chain->find(context_.overlay, id);
    if (entry) {
      has_block(peer, entry->point.height);
    } else if (!at_the_tip || !compact_.announced(peer.connection, id)) {
      headers_.announced(peer.connection, id);
    }
  }
}

void ChainSync::has_block(p2p::Peer& peer, std::uint64_t height) {
  peer.height = std::max(peer.height, height);
  download_.raise_height(peer.connection, height);
}

void ChainSync::headers(p2p::Peer& peer, const wire::peer::Headers& message) {
  if (context_.chain == nullptr) return;
  const chain::ChainSpec& spec = context_.chain->spec();
  auto decoded = chain::decode_sealed_headers(spec, message.bytes);
  if (!decoded) return context_.drop(peer, decoded.error());
  if (!chain::lists_miners(spec)) {
    take_arrived_headers();
    if (peer.closing || headers_.passes_over(peer.connection)) return;
    if (!may_ask_ahead(peer, *decoded)) return take_headers(peer, *decoded);
    headers_.ask_ahead(peer.connection, context_.now.instant);
    send_get_headers(peer.connection, chain::block_id(decoded->back().header));
    arrived_headers_ = {peer.connection, *std::move(decoded)};
    return;
  }
  const auto taken = seals_.take(peer, std::move(*decoded));
  if (!taken) context_.drop(peer, taken.error());
}

bool ChainSync::may_ask_ahead(const p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers) const {
  return headers_.asked(peer.connection) && headers.size() == wire::kMaxHeadersPerMessage && !backlogged() &&
         !intake_.last_counted(peer.connection) &&
         !context_.chain->find(context_.overlay, chain::block_id(headers.back().header));
}

void ChainSync::take_arrived_headers() {
  if (!arrived_headers_) return;
  const ArrivedHeaders arrived = *std::exchange(arrived_headers_, std::nullopt);
  if (p2p::Peer* peer = context_.peers.find_ready(arrived.peer)) take_headers(*peer, arrived.headers);
}

void ChainSync::take_headers(p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers) {
  const HeaderIntake::Taken taken = intake_.take(peer, headers, headers_.asked(peer.connection));
  if (taken.news) moved_at_ = context_.now.instant;
  if (taken.token) unstored_batches_.push_back(*taken.token);
  const chain::Uint256& best_work = context_.chain->best_header().work;
  const bool more = !taken.failure && (taken.anew || headers.size() == wire::kMaxHeadersPerMessage);
  sync::HeaderSync::Answer answer{taken.last, best_work, more, taken.news, taken.anew};
  if (taken.last && taken.stored) {
    // Of a chain that is refused for going back too far, nothing more counts: it would be asked for again for ever.
    answer.work = std::min(best_work, taken.work);
    peer.known_blocks.insert(*taken.last);
    has_block(peer, context_.chain->find(context_.overlay, *taken.last)->point.height);
  } else if (taken.last && answer.more) {
    answer.work = taken.work;  // only counted: it tells whether the next answer leads further
  }
  headers_.answered(peer.connection, answer, context_.now.instant);
  note_announcers();
  refill();
  if (taken.failure == chain::RuleError::kTimeTooFarAhead) {
    headers_.postpone(peer.connection, context_.now.instant);
  } else if (taken.failure && !(taken.failed && forwarding_.excuses(*taken.failed))) {
    context_.drop(peer, *taken.failure);
  }
}

void ChainSync::note_announcers() {
  const auto find = [&](const chain::BlockId& id) { return context_.chain->find(context_.overlay, id); };
  const auto is_known = [&](const chain::BlockId& id) { return find(id).has_value(); };
  auto announcements = headers_.take_known(is_known);
  std::ranges::copy(compact_.take_known(is_known), std::back_inserter(announcements));
  for (const auto& [who, id] : announcements) {
    if (p2p::Peer* peer = context_.peers.find_ready(who)) has_block(*peer, find(id)->point.height);
  }
}

// -- for CompactFetch --

Result<void> ChainSync::take_header(p2p::Peer& from, const chain::SealedHeader& header) {
  const HeaderIntake::Taken taken = intake_.take(from, {header}, false);
  if (taken.token) unstored_batches_.push_back(*taken.token);
  if (taken.failure) return *taken.failure;
  if (!taken.stored) return Error(chain::RuleError::kOrphanHeader, "of a chain that has not shown enough work");
  from.known_blocks.insert(chain::block_id(header.header));
  has_block(from, header.header.height);
  note_announcers();
  refill();
  return {};
}

bool ChainSync::claim(ConnectionId from, const chain::BlockId& id) {
  return !pending_.contains(id) && download_.claim(from, id, context_.now.instant);
}

void ChainSync::ask_for_headers(ConnectionId peer, const chain::BlockId& id, bool later) {
  headers_.announced(peer, id);
  if (later) headers_.postpone(peer, context_.now.instant);
}

void ChainSync::block(p2p::Peer& peer, const wire::peer::BlockBody& message) {
  if (context_.chain == nullptr) return;
  auto decoded = chain::decode_block(message.bytes);
  if (!decoded) return context_.drop(peer, decoded.error());
  const chain::BlockId id = chain::block_id(decoded->header);
  peer.known_blocks.insert(id);
  if (!wants_body(id)) return body_came(peer, id);  // not worth hashing
  take_body(peer, chain::HashedBlock::of(*std::move(decoded), message.bytes));
}

bool ChainSync::wants_body(const chain::BlockId& id) const {
  const auto entry = context_.chain->find(context_.overlay, id);
  return entry && entry->status == chain::BlockStatus::kHeaderOnly && !pending_.contains(id);
}

void ChainSync::body_came(const p2p::Peer& peer, const chain::BlockId& id) {
  download_.received(peer.connection, id, context_.now.instant);
  compact_.body_settled(id);
}

void ChainSync::take_body(p2p::Peer& peer, const chain::HashedBlockPtr& block) {
  const chain::BlockId& id = block->id();
  if (!wants_body(id)) return body_came(peer, id);
  if (const auto checked = context_.chain->check_body(*block); !checked) {
    // Another body may still fit the header; this one says nothing about it.
    if (checked.error() == chain::RuleError::kBadTransactionsRoot) return context_.drop(peer, checked.error());
    compact_.body_settled(id);
    condemn(id, checked.error());
    return context_.drop(peer, checked.error());
  }
  body_came(peer, id);
  peer.last_block_at = context_.now.instant;
  forward(peer, block);
  check_signatures(block);
}

// A block is passed on unchecked onto the tip of who does it: whoever told of something higher has checked this one, or
// should have.
void ChainSync::forward(const p2p::Peer& from, const chain::HashedBlockPtr& block) {
  const chain::BlockId& id = block->id();
  const chain::ChainPoint& tip = context_.chain->tip();
  if (block->header().height < from.height) {
    if (sources_.size() >= kMaxBodySources) sources_.erase(sources_.begin());
    sources_[id] = from.connection;
  } else if (block->header().previous == tip.id && synced()) {
    forwarding_.forward({block->header(), context_.chain->seal(context_.overlay, id)}, block);
  }
}

void ChainSync::check_signatures(const chain::HashedBlockPtr& block) {
  std::vector<SignatureCheck> checks;
  for (std::size_t i = 0; i < block->transactions().size(); ++i) {
    const ledger::Transaction& transaction = block->transactions()[i];
    const ledger::Transaction* waiting = context_.mempool->find(block->transaction_ids()[i]);
    if (waiting != nullptr && waiting->signature == transaction.signature) continue;
    checks.push_back(
        {transaction.author, ledger::transaction_digest(transaction, context_.network), transaction.signature});
  }
  pending_[block->id()] = block;
  pending_bytes_ += block->encoded().size();
  context_.verification.request(
      std::move(checks), [this, id = block->id()](bool all_hold) { signatures_checked(id, all_hold); }, context_.out);
}

chain::HashedBlockPtr ChainSync::take_pending(const chain::BlockId& id) {
  auto pending = pending_.extract(id);
  CHECK(!pending.empty());
  pending_bytes_ -= pending.mapped()->encoded().size();
  return std::move(pending.mapped());
}

void ChainSync::signatures_checked(const chain::BlockId& id, bool all_hold) {
  if (!all_hold) {
    take_pending(id);
    const Error error(chain::RuleError::kBadSignature);
    condemn(id, error);
    blame(id, error);
    return;
  }
  checked_.push_back(id);
  const bool more_come = download_.in_flight() > 0;
  if (!more_come || checked_.size() >= chain::kMaxBlocksPerStep) connect_checked();
}

void ChainSync::do_deferred() {
  take_arrived_headers();
  connect_checked();
}

void ChainSync::connect_checked() {
  if (checked_.empty()) return;
  store::Draft draft(context_.overlay);
  for (const chain::BlockId& id : std::exchange(checked_, {})) {
    context_.chain->add_body(take_pending(id), draft);
  }
  advance(draft);
}

void ChainSync::condemn(const chain::BlockId& id, const Error& error) {
  store::Draft draft(context_.overlay);
  context_.chain->mark_invalid(id, draft);
  context_.commit(draft);
  context_.out.report(Severity::kWarning, "block " + short_id(id) + " is invalid: " + error.message());
  refill();
}

void ChainSync::blame(const chain::BlockId& id, const Error& error) {
  context_.recent.erase(id);
  const auto source = sources_.find(id);
  if (source == sources_.end()) return forwarding_.excuse(id);
  if (p2p::Peer* peer = context_.peers.find_ready(source->second)) context_.drop(*peer, error);
  sources_.erase(id);
}

void ChainSync::not_found(const p2p::Peer& peer, const std::vector<Hash256>& ids) {
  for (const Hash256& id : ids) {
    const chain::BlockId block(id);
    if (!compact_.not_found(peer.connection, block)) {
      download_.not_found(peer.connection, block, context_.now.instant);
    }
  }
}

void ChainSync::mined(const chain::HashedBlockPtr& block) {
  store::Draft draft(context_.overlay);
  chain::SealedHeader sealed(block->header());
  if (chain::lists_miners(context_.chain->spec())) {
    sealed.seal = chain::make_seal(context_.options.node_key, context_.network, block->id());
  }
  auto accepted = context_.chain->add_header(sealed, context_.now.wall, draft);
  if (accepted) {
    if (const auto checked = context_.chain->check_body(*block); !checked) accepted = checked.error();
  }
  if (!accepted) {
    context_.commit(draft);
    context_.out.report(Severity::kError, "the block mined here is refused: " + accepted.error().message());
    return;
  }
  context_.chain->add_body(block, draft);
  advance(draft);
}

void ChainSync::advance(store::Draft& draft) {
  const chain::ChainState::Step step = context_.chain->advance(draft);
  context_.journal.take(step, draft);
  const auto token = context_.commit(draft);
  if (token) unstored_batches_.push_back(*token);
  took_step(step, token);
}

void ChainSync::took_step(const chain::ChainState::Step& step, std::optional<StoreToken> token) {
  more_ = step.more;
  for (const auto& rejected : step.rejected) {
    context_.out.report(Severity::kWarning,
                        "block " + short_id(rejected.id) + " is invalid: " + rejected.error.message());
    blame(rejected.id, rejected.error);
  }
  context_.meter.refused(step, context_.now.wall);
  for (const auto& refused : step.refused) {
    context_.out.report(Severity::kWarning, "refused a chain with more work from block " + short_id(refused.id) +
                                                " on: it takes back " + blocks(refused.depth_blocks));
  }
  for (const chain::HashedBlockPtr& block : step.connected) sources_.erase(block->id());
  if (!step.disconnected.empty()) {
    const bool deep = step.disconnected.size() >= kDeepReorganisationBlocks;
    context_.out.report(deep ? Severity::kWarning : Severity::kInfo,
                        "reorganised: " + blocks(step.disconnected.size()) + " gave way to a chain with more work");
  }
  if (!step.connected.empty() || !step.disconnected.empty()) {
    moved_at_ = context_.now.instant;
    tip_moved_(step);
    if (token) unstored_.push_back({*token, context_.chain->tip()});
  }
  if (!step.rejected.empty() || !step.refused.empty() || !step.disconnected.empty()) {
    refill();
  } else if (download_.wants_more()) {
    extend_window();
  }
}

void ChainSync::stored(StoreToken token) {
  while (!unstored_batches_.empty() && unstored_batches_.front() <= token) unstored_batches_.pop_front();
  std::optional<chain::ChainPoint> tip;
  while (!unstored_.empty() && unstored_.front().token <= token) {
    tip = unstored_.front().tip;
    unstored_.pop_front();
    context_.out.add(TipMoved{tip->id, tip->height});
  }
  // While catching up every tip is old news to everybody else.
  if (tip && context_.chain->best_header().work <= tip->work) forwarding_.announce_stored(tip->id);
}

void ChainSync::drive() {
  if (context_.chain == nullptr || context_.stopping) return;
  if (more_) {
    store::Draft draft(context_.overlay);
    advance(draft);
  }
  give_up_on_silent_peers();
  compact_.drive();
  if (headers_.peers() > 0 && has_minimum() && shown_all()) caught_up_ = true;
  ask_for_headers();
  ask_for_blocks();
}

void ChainSync::give_up_on_silent_peers() {
  for (const ConnectionId id : headers_.silent(context_.now.instant)) {
    if (seals_.waits(id)) continue;  // it did answer: the wait is ours
    if (p2p::Peer* peer = context_.peers.find_ready(id)) context_.drop(*peer, NodeError::kHeadersTimeout);
  }
  for (const ConnectionId id : download_.stalled(context_.now.instant)) {
    if (p2p::Peer* peer = context_.peers.find_ready(id)) context_.drop(*peer, NodeError::kStalled);
  }
}

void ChainSync::ask_for_headers() {
  if (backlogged()) return;
  const auto ask = headers_.next(context_.chain->best_header().work, context_.now.instant);
  if (!ask || context_.peers.find_ready(ask->peer) == nullptr) return;
  const auto counted = intake_.last_counted(ask->peer);
  send_get_headers(ask->peer, counted ? counted : ask->after);
}

void ChainSync::send_get_headers(ConnectionId peer, const std::optional<chain::BlockId>& after) {
  wire::peer::GetHeaders request;
  if (after) request.locator.push_back(*after);
  for (const chain::BlockId& id : context_.chain->locator(context_.overlay)) request.locator.push_back(id);
  if (request.locator.size() > wire::kMaxLocatorSize) request.locator.resize(wire::kMaxLocatorSize);
  context_.out.send(peer, request);
}

// With one peer there is nothing to compare, and with none of them claiming more there is nothing to wait for.
bool ChainSync::headers_go_first() const {
  const Instant now = context_.now.instant;
  return headers_.peers() > 1 && headers_first_until_ && now < *headers_first_until_ &&
         headers_.most_work(now) > context_.chain->best_header().work;
}

void ChainSync::ask_for_blocks() {
  if (headers_go_first()) return;
  if (pending_bytes_ > sync::kMaxPendingBodiesSizeBytes || backlogged()) return;
  for (const auto& [connection, ids] : download_.assign(context_.now.instant)) {
    context_.out.send(connection, wire::peer::GetBlocks{{ids.begin(), ids.end()}});
  }
}

void ChainSync::refill() {
  const Missing found = missing(sync::kDownloadWindow, 0);
  download_.want(found.blocks, found.more);
}

void ChainSync::extend_window() {
  const Missing found = missing(sync::kDownloadWindow - download_.wanted(), download_.wanted_up_to() + 1);
  download_.want_more(found.blocks, found.more);
}

ChainSync::Missing ChainSync::missing(std::size_t limit, std::uint64_t from_height) const {
  const auto points = context_.chain->missing_bodies(context_.overlay, limit, from_height);
  Missing found{{}, points.size() == limit};
  for (const chain::ChainPoint& point : points) {
    if (!pending_.contains(point.id)) found.blocks.push_back({point.id, point.height});
  }
  return found;
}

std::optional<Instant> ChainSync::deadline() const {
  if (context_.chain == nullptr || context_.stopping) return std::nullopt;
  if (more_ || arrived_headers_ || !checked_.empty()) return context_.now.instant;
  std::optional<Instant> next = headers_.deadline(context_.now.instant);
  for (const auto due : {download_.deadline(context_.now.instant), compact_.deadline()}) {
    if (due && (!next || *due < *next)) next = due;
  }
  if (headers_go_first() && (!next || *headers_first_until_ < *next)) next = headers_first_until_;
  return next;
}

bool ChainSync::others_report_more() const {
  const chain::Uint256& work = context_.chain->tip().work;
  return context_.chain->best_header().work > work || headers_.most_work(context_.now.instant) > work;
}

bool ChainSync::has_minimum() const { return context_.chain->tip().work >= context_.options.minimum_work; }

bool ChainSync::shown_all() const { return headers_.most_work(context_.now.instant) <= context_.chain->tip().work; }

bool ChainSync::synced() const {
  if (context_.chain == nullptr || !has_minimum()) return false;
  const std::uint64_t behind = context_.chain->tip().height + sync::kBehindBlocks;
  return shown_all() || (caught_up_ && context_.chain->best_header().height <= behind);
}

}  // namespace suara::node
