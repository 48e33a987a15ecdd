#include "peer-node/node/header_intake.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"

#include <algorithm>

namespace suara::node {

namespace {

HeaderIntake::Taken refused(const chain::SealedHeader& header) {
  HeaderIntake::Taken taken;
  taken.failure = Error(chain::RuleError::kOrphanHeader, header.header.previous.hex());
  return taken;
}

}  // namespace

std::optional<chain::BlockEntry> HeaderIntake::find(const chain::BlockId& id) const {
  return context_.chain->find(context_.overlay, id);
}

HeaderIntake::Taken HeaderIntake::take(const p2p::Peer& peer, const std::vector<chain::SealedHeader>& headers,
                                       bool asked) {
  if (headers.empty()) return {};
  // Else one header with a good parent would speak for all that come with it.
  for (std::size_t i = 1; i < headers.size(); ++i) {
    if (headers[i].header.previous != chain::block_id(headers[i - 1].header)) return refused(headers[i]);
  }
  const auto counting = peers_.find(peer.connection);
  const bool counted_before = counting != peers_.end();
  const Instant since = counted_before ? counting->second.since : context_.now.instant;
  if (counted_before && goes_on(counting->second.headers, headers)) {
    return asked ? count(peer, counting->second, headers) : Taken{};
  }
  if (counted_before) peers_.erase(counting);

  // What is known already costs nothing; the rest is of a chain that may have everything to show.
  std::span<const chain::SealedHeader> rest(headers);
  auto parent = find(rest.front().header.previous);
  const chain::Uint256 enough = enough_work();
  while (parent && parent->point.work < enough && !rest.empty()) {
    auto known = find(chain::block_id(rest.front().header));
    if (!known) break;
    parent = std::move(known);
    rest = rest.subspan(1);
  }
  const bool invalid = parent && parent->status == chain::BlockStatus::kInvalid;
  if (!parent || invalid || rest.empty() || parent->point.work >= enough) return store(headers);
  if (!asked) return {};
  auto ancestors = context_.chain->ancestors(context_.overlay, parent->point.id);
  Counting counts{{context_.chain->spec(), parent->point, std::move(ancestors), enough}, since};
  Taken taken = count(peer, peers_.emplace(peer.connection, std::move(counts)).first->second, rest);
  taken.anew = taken.anew || counted_before;
  return taken;
}

// Unless somebody else has shown the chain meanwhile.
bool HeaderIntake::goes_on(const sync::LowWorkHeaders& counted, const std::vector<chain::SealedHeader>& headers) const {
  if (headers.front().header.previous != counted.last() || is_known(chain::block_id(headers.back().header)))
    return false;
  return counted.state() == sync::LowWorkHeaders::State::kFetching || !is_known(counted.last());
}

HeaderIntake::Taken HeaderIntake::count(const p2p::Peer& peer, Counting& counting,
                                        std::span<const chain::SealedHeader> headers) {
  using State = sync::LowWorkHeaders::State;
  sync::LowWorkHeaders& counted = counting.headers;
  const State before = counted.state();
  auto proven = counted.take(headers, context_.now.wall);
  Taken taken;
  if (!proven) {
    taken.failure = proven.error();
  } else if (counted.state() == State::kDone) {
    const auto rest = headers.subspan(counted.looked_at());
    proven->insert(proven->end(), rest.begin(), rest.end());
    peers_.erase(peer.connection);
    return store(*proven);
  } else if (!proven->empty()) {
    taken = store(*proven);
  }
  taken.stored = false;
  if (counted.state() == State::kGivenUp || (proven && taken.failure)) {
    // It may have gone over to another chain between the two times: asked again, but after the others.
    taken.anew = before == State::kFetching && !taken.failure;
    taken.last = taken.anew ? std::optional(counted.start()) : std::nullopt;
    taken.news = false;
    peers_.erase(peer.connection);
    return taken;
  }
  taken.last = counted.last();
  taken.work = counted.work();
  taken.anew = before == State::kCounting && counted.state() == State::kFetching;
  // Whom we chose ourselves goes on for a while: else all peers' headers would be counted side by side.
  const bool in_turn = !peer.inbound() && counting.since + sync::kCountingTurn > context_.now.instant;
  taken.news = in_turn || counted.state() == State::kFetching;
  return taken;
}

HeaderIntake::Taken HeaderIntake::store(std::span<const chain::SealedHeader> headers) {
  Taken taken;
  store::Draft draft(context_.overlay);
  for (const chain::SealedHeader& header : headers) {
    const auto verdict = context_.chain->add_header(header, context_.now.wall, draft);
    if (!verdict) {
      taken.failure = verdict.error();
      taken.failed = chain::block_id(header.header);
      break;
    }
    taken.last = chain::block_id(header.header);
    taken.news = taken.news || *verdict == chain::ChainState::HeaderVerdict::kNew;
  }
  taken.token = context_.commit(draft);
  if (taken.last) {
    const auto entry = context_.chain->find(context_.overlay, *taken.last);
    CHECK(entry.has_value());
    taken.work = entry->point.work;
    taken.stored = true;
  }
  return taken;
}

chain::Uint256 HeaderIntake::enough_work() const {
  const chain::ChainState& chain = *context_.chain;
  chain::Uint256 enough = context_.options.minimum_work;
  if (chain.tip().height <= chain::kMaxReorganisationDepthBlocks) return enough;
  const auto id = chain.id_at(context_.overlay, chain.tip().height - chain::kMaxReorganisationDepthBlocks);
  CHECK(id.has_value());
  return std::max(enough, chain.find(context_.overlay, *id)->point.work);
}

std::optional<chain::BlockId> HeaderIntake::last_counted(ConnectionId peer) const {
  const auto counting = peers_.find(peer);
  return counting == peers_.end() ? std::nullopt : std::optional(counting->second.headers.last());
}

std::size_t HeaderIntake::size_bytes() const {
  std::size_t size_bytes = 0;
  for (const auto& [peer, counting] : peers_) size_bytes += counting.headers.size_bytes();
  return size_bytes;
}

}  // namespace suara::node
