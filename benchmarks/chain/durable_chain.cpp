#include "benchmarks/chain/durable_chain.hpp"

#include "common/util/check.hpp"
#include "peer-node/store/schema.hpp"
#include "peer-node/sync/limits.hpp"

#include <cstdio>
#include <cstdlib>

namespace suara::bench {
namespace {

std::unique_ptr<shell::RocksStore> open(shell::Reactor& reactor, const chain::ChainSpec& spec,
                                        const std::string& folder, std::atomic<std::uint64_t>& stored) {
  shell::RocksOptions options;
  options.folder = folder;
  options.families = node_store::family_names();
  options.format_version = node_store::kFormatVersion;
  options.identity = chain::network_id(spec).hex();
  shell::StoreHandlers handlers;
  handlers.on_stored = [&stored](StoreToken token) {
    stored.store(token.value);
    stored.notify_one();
  };
  handlers.on_failed = [](const Error& error) {
    std::fprintf(stderr, "the database failed: %s\n", error.message().c_str());
    std::_Exit(1);
  };
  return shell::RocksStore::open(reactor, options, std::move(handlers)).value();
}

}  // namespace

DurableChain::DurableChain(chain::ChainSpec spec, const std::string& folder)
    : loop_([this] { reactor_.run(); }), store_(open(reactor_, spec, folder, stored_)), overlay_(*store_) {
  store::Draft draft(overlay_);
  chain_.emplace(chain::ChainState::open(std::move(spec), overlay_, draft));
  commit(draft);
  settle();
}

DurableChain::~DurableChain() {
  settle();
  reactor_.stop();
  loop_.join();
}

void DurableChain::take_headers(const std::vector<chain::Header>& headers) {
  take_stored();
  store::Draft draft(overlay_);
  for (const chain::Header& header : headers) {
    const auto verdict = chain_->add_header(header, from_unix_ms(header.time_ms), draft);
    CHECK(verdict.has_value());
  }
  commit(draft);
}

void DurableChain::take_body(const chain::Block& block) {
  take_stored();
  bool kept = false;
  bool more = true;
  while (more) {
    store::Draft draft(overlay_);
    if (!kept) chain_->add_body(chain::HashedBlock::of(block), draft);
    kept = true;
    const auto step = chain_->advance(draft);
    CHECK(step.rejected.empty() && step.refused.empty());
    more = step.more;
    commit(draft);
  }
}

void DurableChain::commit(store::Draft& draft) {
  if (draft.empty()) return;
  auto batch = draft.take();
  const StoreToken token{++last_};
  overlay_.add(token, batch);
  store_->store(token, std::move(batch));
}

// Goes on with as many batches in flight as the node has before it asks for no more blocks.
void DurableChain::take_stored() {
  std::uint64_t stored = stored_.load();
  const auto take = [&] {
    if (stored > seen_) overlay_.stored(StoreToken{stored});
    seen_ = stored;
  };
  take();
  while (last_ - stored > sync::kMaxBatchesInFlight || overlay_.bytes_in_flight() > sync::kMaxBytesInFlight) {
    stored_.wait(stored);
    stored = stored_.load();
    take();
  }
}

void DurableChain::settle() {
  for (std::uint64_t stored = stored_.load(); stored < last_; stored = stored_.load()) stored_.wait(stored);
  take_stored();
}

}  // namespace suara::bench
