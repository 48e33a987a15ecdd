// A chain in memory, and the interface asked about it.
#pragma once

#include "common/store/memory_store.hpp"
#include "common/store/overlay.hpp"
#include "peer-node/api/router.hpp"
#include "peer-node/api/submission.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace suara::api {

namespace json = boost::json;

class ApiTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kHourMs = 3'600'000;

  ApiTest() : ApiTest(suara::testing::easy_spec()) {}
  explicit ApiTest(const chain::ChainSpec& spec) : chain_(open(store_, spec)), pool_(chain_, {}) {
    facts_.version = "9.8.7";
    facts_.network = chain_.network();
    facts_.listen = "127.0.0.1:3001";
    facts_.node_key_hex = "aa";
    facts_.started_at = Instant(std::chrono::seconds(100));
    now_ = {Instant(std::chrono::seconds(163)), from_unix_ms(chain_.tip().time_ms + 1'000)};
  }

  NodeView view() const {
    NodeView node;
    node.chain = &chain_;
    node.mempool = &pool_;
    node.store = &store_;
    node.ahead = &store_;
    node.tip = chain::stored_tip(store_).value();
    node.synced = true;
    node.facts = &facts_;
    node.now = now_;
    return node;
  }

  /// A block with these transactions on the tip.
  chain::BlockId mine(std::vector<ledger::Transaction> transactions) {
    return mine(std::move(transactions), store_, [this](const store::WriteBatch& writes) { store_.apply(writes); });
  }
  /// The same, on its way to the disk.
  chain::BlockId mine_ahead(std::vector<ledger::Transaction> transactions, store::Overlay& ahead) {
    return mine(std::move(transactions), ahead,
                [&](const store::WriteBatch& writes) { ahead.add(StoreToken{1}, writes); });
  }
  chain::BlockId mine(std::vector<ledger::Transaction> transactions, const store::StoreView& view,
                      const std::function<void(const store::WriteBatch&)>& write) {
    store::Draft draft(view);
    chain::Block block;
    block.header = chain_.next_header(view, chain::transactions_root(transactions), now_.wall);
    block.transactions = std::move(transactions);
    suara::testing::mine(block.header);
    const chain::ChainSpec& spec = chain_.spec();
    const auto sealed = chain::lists_miners(spec) ? suara::testing::sealed(spec, block.header) : block.header;
    EXPECT_TRUE(chain_.add_header(sealed, now_.wall, draft));
    const auto hashed = chain::HashedBlock::of(block);
    EXPECT_TRUE(chain_.check_body(*hashed));
    chain_.add_body(hashed, draft);
    const auto step = chain_.advance(draft);
    EXPECT_EQ(step.connected.size(), 1U);
    write(draft.take());
    pool_.tip_moved(view, step, now_);
    return chain::block_id(block.header);
  }

  ledger::Transaction open_election(std::string title) const {
    const std::uint64_t now_ms = to_unix_ms(now_.wall);
    return by(suara::testing::organiser_key(), ledger::OpenElection{.title = std::move(title),
                                                                    .candidates = {"Alice", "Bob"},
                                                                    .opens_at_ms = now_ms - 1'000,
                                                                    .closes_at_ms = now_ms + kHourMs});
  }
  ledger::Transaction vote(const std::string& voter, const ledger::Transaction& election,
                           std::uint16_t candidate) const {
    return by(PrivateKey::from_seed(voter),
              ledger::CastVote{ledger::ElectionId(ledger::transaction_id(election)), candidate});
  }
  ledger::Transaction by(const PrivateKey& key, ledger::Statement statement) const {
    return ledger::sign(key, chain_.network(), std::move(statement));
  }

  Response ask(std::string path, std::string query = {}, std::string method = "GET", std::string body = {}) const {
    Answer answer = api::answer(view(), {std::move(method), std::move(path), std::move(query), std::move(body)});
    EXPECT_TRUE(std::holds_alternative<Response>(answer));
    return std::get<Response>(std::move(answer));
  }
  json::object get(std::string path, std::string query = {}) const {
    const Response response = ask(std::move(path), std::move(query));
    EXPECT_EQ(response.status, 200U) << response.body;
    return json::parse(response.body).as_object();
  }

  store::MemoryStore store_;
  chain::ChainState chain_;
  mempool::Mempool pool_;
  Facts facts_;
  Now now_;

 private:
  static chain::ChainState open(store::MemoryStore& store, const chain::ChainSpec& spec) {
    store::Draft draft(store);
    auto chain = chain::ChainState::open(spec, store, draft);
    store.apply(draft.take());
    return chain;
  }
};

/// Of a network that lists miners; its first one seals.
class PermissionedApiTest : public ApiTest {
 protected:
  PermissionedApiTest() : ApiTest(suara::testing::permissioned_spec()) {}
};

inline std::string code_of(const Response& response) {
  const json::value body = json::parse(response.body);
  return std::string(body.at("error").at("code").as_string());
}

}  // namespace suara::api
