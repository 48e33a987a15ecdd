#include "tests/unit/api/api_fixture.hpp"

#include "common/util/base64.hpp"
#include "common/util/hex.hpp"
#include "peer-node/api/openapi.hpp"
#include "peer-node/mempool/mempool_error.hpp"

#include <boost/json/serialize.hpp>
#include <set>

namespace suara::api {
namespace {

TEST_F(ApiTest, StatusShowsTheTipAndTheNodesOwnFacts) {
  const auto id = mine({open_election("Mayor")});
  const auto status = get("/v1/status");
  EXPECT_EQ(status.at("network").as_string(), chain_.network().hex());
  EXPECT_EQ(status.at("height").to_number<int>(), 1);
  EXPECT_EQ(status.at("tip").as_string(), id.hex());
  EXPECT_EQ(status.at("uptime_ms").to_number<int>(), 63'000);
  EXPECT_EQ(status.at("version").as_string(), "9.8.7");
  EXPECT_TRUE(status.at("synced").as_bool());
  EXPECT_TRUE(status.at("advertise").is_null());
  EXPECT_EQ(status.at("mining").at("mode").as_string(), "off");
}

TEST_F(ApiTest, SpecHashesToTheNetworkItNames) {
  const auto body = get("/v1/spec");
  const auto spec = chain::parse_chain_spec(json::serialize(body.at("spec")));
  ASSERT_TRUE(spec) << spec.error().message();
  EXPECT_EQ(chain::network_id(*spec).hex(), body.at("network").as_string());
}

TEST_F(ApiTest, BlocksPageUpTheChain) {
  for (int i = 0; i < 4; ++i)
    mine({by(PrivateKey::from_seed("a"), ledger::Record{static_cast<std::uint64_t>(i), "x"})});
  const auto first = get("/v1/blocks", "from=0&limit=3");
  ASSERT_EQ(first.at("blocks").as_array().size(), 3U);
  EXPECT_EQ(first.at("blocks").at(2).at("height").to_number<int>(), 2);
  EXPECT_EQ(first.at("next").to_number<int>(), 3);
  const auto last = get("/v1/blocks", "from=3&limit=3");
  EXPECT_EQ(last.at("blocks").as_array().size(), 2U);
  EXPECT_TRUE(last.at("next").is_null());
  const auto newest = get("/v1/blocks", "limit=1");
  EXPECT_EQ(newest.at("blocks").at(0).at("height").to_number<int>(), 4);
  EXPECT_EQ(newest.at("blocks").at(0).at("transaction_count").to_number<int>(), 1);
  EXPECT_EQ(get("/v1/blocks", "from=5").at("blocks").as_array().size(), 0U);
}

TEST_F(ApiTest, ABlockIsTheSameByIdAndByHeight) {
  const auto election = open_election("Mayor");
  const auto id = mine({election});
  mine({});
  const auto by_id = get("/v1/blocks/" + id.hex());
  EXPECT_EQ(by_id, get("/v1/blocks/1"));
  EXPECT_EQ(by_id.at("confirmations").to_number<int>(), 2);
  EXPECT_TRUE(by_id.at("on_best_chain").as_bool());
  EXPECT_TRUE(by_id.at("seal").is_null()) << "an open network";
  EXPECT_EQ(by_id.at("transactions").at(0).at("id").as_string(), ledger::transaction_id(election).hex());
  const auto header = chain::decode_header(*from_hex(std::string_view(by_id.at("header").as_string())));
  ASSERT_TRUE(header);
  EXPECT_EQ(chain::block_id(*header), id);
}

TEST_F(ApiTest, AProofIsAReceipt) {
  const auto election = open_election("Mayor");
  mine({election});
  std::vector<ledger::Transaction> votes;
  for (const char* voter : {"a", "b", "c", "d", "e"}) votes.push_back(vote(voter, election, 0));
  mine(votes);
  for (const auto& cast : votes) {
    const auto body = get("/v1/transactions/" + ledger::transaction_id(cast).hex());
    EXPECT_EQ(body.at("status").as_string(), "confirmed");
    const auto& proof = body.at("proof").as_object();
    const auto header = chain::decode_header(*from_hex(std::string_view(proof.at("header").as_string())));
    ASSERT_TRUE(header);
    EXPECT_EQ(chain::block_id(*header).hex(), body.at("block").at("id").as_string());
    std::vector<Hash256> path;
    for (const auto& hash : proof.at("path").as_array()) path.push_back(*Hash256::from_hex(hash.as_string()));
    EXPECT_TRUE(chain::proof_holds(chain::leaf_hash(ledger::encode(cast)), proof.at("index").to_number<std::size_t>(),
                                   proof.at("transaction_count").to_number<std::size_t>(), path,
                                   header->transactions_root));
  }
}

TEST_F(ApiTest, AWaitingTransactionIsPending) {
  const auto record = by(PrivateKey::from_seed("a"), ledger::Record{1, "hello"});
  ASSERT_TRUE(pool_.add(store_, record, now_));
  const auto body = get("/v1/transactions/" + ledger::transaction_id(record).hex());
  EXPECT_EQ(body.at("status").as_string(), "pending");
  EXPECT_EQ(body.at("data").as_string(), "hello");
  EXPECT_FALSE(body.contains("proof"));
  const auto pool = get("/v1/mempool");
  EXPECT_EQ(pool.at("transactions").to_number<int>(), 1);
  EXPECT_EQ(pool.at("ids").at(0).as_string(), ledger::transaction_id(record).hex());
}

TEST_F(ApiTest, ARefusedTransactionHasItsReason) {
  const auto record = by(PrivateKey::from_seed("a"), ledger::Record{1, "hello"});
  const auto id = ledger::transaction_id(record);
  NodeView node = view();
  node.why_refused = [&](const ledger::TransactionId& asked) -> std::optional<Error> {
    if (asked != id) return std::nullopt;
    return Error(mempool::MempoolError::kExpired);
  };
  const auto ask_for = [&](const ledger::TransactionId& which) {
    return std::get<Response>(answer(node, {"GET", "/v1/transactions/" + which.hex(), "", ""}));
  };
  const auto body = json::parse(ask_for(id).body).as_object();
  EXPECT_EQ(body.at("status").as_string(), "refused");
  EXPECT_EQ(body.at("id").as_string(), id.hex());
  EXPECT_EQ(body.at("error").at("code").as_string(), "expired");
  EXPECT_EQ(code_of(ask_for(ledger::TransactionId{})), "unknown_transaction");
  ASSERT_TRUE(pool_.add(store_, record, now_));
  EXPECT_EQ(json::parse(ask_for(id).body).at("status").as_string(), "pending") << "it was welcome later";
}

TEST_F(ApiTest, ABlockOnItsWayToTheDiskIsNotToldYet) {
  const auto record = by(PrivateKey::from_seed("a"), ledger::Record{1, "hello"});
  ASSERT_TRUE(pool_.add(store_, record, now_));
  NodeView node = view();
  store::Overlay ahead(store_);
  const chain::BlockId id = mine_ahead({record}, ahead);
  ASSERT_EQ(pool_.find(ledger::transaction_id(record)), nullptr);
  node.ahead = &ahead;
  const auto ask_for = [&](const std::string& path) { return std::get<Response>(answer(node, {"GET", path, "", ""})); };

  const std::string path = "/v1/transactions/" + ledger::transaction_id(record).hex();
  const auto waiting = json::parse(ask_for(path).body).as_object();
  EXPECT_EQ(waiting.at("status").as_string(), "pending");
  EXPECT_FALSE(waiting.contains("proof"));
  EXPECT_EQ(json::parse(ask_for("/v1/status").body).at("height"), 0);
  EXPECT_EQ(json::parse(ask_for("/v1/headers").body).at("tip").at("height"), 0);
  EXPECT_EQ(ask_for("/v1/blocks/1").status, 404U);
  EXPECT_EQ(ask_for("/v1/blocks/" + id.hex()).status, 404U);

  node.store = &ahead;
  node.tip = chain::stored_tip(ahead).value();
  const auto confirmed = json::parse(ask_for(path).body).as_object();
  EXPECT_EQ(confirmed.at("status").as_string(), "confirmed");
  EXPECT_EQ(confirmed.at("confirmations"), 1);
  EXPECT_EQ(json::parse(ask_for("/v1/status").body).at("tip").as_string(), id.hex());
}

TEST_F(ApiTest, TurnoutIsTheShareOfTheRollThatHasVoted) {
  const std::uint64_t now_ms = to_unix_ms(now_.wall);
  const auto election =
      by(suara::testing::organiser_key(), ledger::OpenElection{.title = "Board",
                                                               .candidates = {"Alice"},
                                                               .electorate = ledger::Electorate::kRoll,
                                                               .opens_at_ms = now_ms + 1'000,
                                                               .closes_at_ms = now_ms + kHourMs});
  const ledger::ElectionId id(ledger::transaction_id(election));
  mine({election});
  const std::string path = "/v1/elections/" + id.hex();
  EXPECT_TRUE(get(path).at("turnout").is_null()) << "nobody is enrolled";
  ledger::EnrolVoters enrol{id, {}};
  for (const char* voter : {"a", "b", "c", "d"}) {
    enrol.voters.push_back({voter, PrivateKey::from_seed(voter).public_key()});
  }
  mine({by(suara::testing::organiser_key(), enrol)});
  EXPECT_EQ(get(path).at("turnout").as_double(), 0.0);
  now_.wall += std::chrono::seconds(2);
  mine({vote("a", election, 0), vote("c", election, 0), vote("d", election, 0)});
  EXPECT_EQ(get(path).at("turnout").as_double(), 0.75);
  const auto open = open_election("Mayor");
  mine({open});
  EXPECT_TRUE(get("/v1/elections/" + ledger::transaction_id(open).hex()).at("turnout").is_null());
}

TEST_F(ApiTest, AnElectionIsCountedPerCandidate) {
  const auto election = open_election("Mayor");
  mine({election});
  mine({vote("a", election, 0), vote("b", election, 1), vote("c", election, 1)});
  const auto body = get("/v1/elections/" + ledger::transaction_id(election).hex());
  EXPECT_EQ(body.at("title").as_string(), "Mayor");
  EXPECT_EQ(body.at("state").as_string(), "open");
  EXPECT_EQ(body.at("votes").to_number<int>(), 3);
  EXPECT_EQ(body.at("candidates").at(0).at("votes").to_number<int>(), 1);
  EXPECT_EQ(body.at("candidates").at(1).at("votes").to_number<int>(), 2);
  EXPECT_EQ(body.at("candidates").at(1).at("name").as_string(), "Bob");
  EXPECT_TRUE(body.at("enrolled").is_null());
  EXPECT_EQ(body.at("tip").at("height").to_number<int>(), 2);
}

TEST_F(ApiTest, AnElectionsStateFollowsTheClockThatTheNextBlockWillHave) {
  const auto election = open_election("Mayor");
  mine({election});
  const std::string path = "/v1/elections/" + ledger::transaction_id(election).hex();
  const auto& definition = std::get<ledger::OpenElection>(election.statement);
  now_.wall = from_unix_ms(definition.closes_at_ms - 1);
  EXPECT_EQ(get(path).at("state").as_string(), "open");
  now_.wall = from_unix_ms(definition.closes_at_ms);
  EXPECT_EQ(get(path).at("state").as_string(), "closed");
}

TEST_F(ApiTest, ElectionsAndVotesPageWithoutGapOrRepeat) {
  std::vector<ledger::Transaction> elections;
  for (const char* title : {"a", "b", "c", "d", "e"}) elections.push_back(open_election(title));
  mine(elections);
  std::vector<ledger::Transaction> votes;
  for (const char* voter : {"a", "b", "c", "d", "e"}) votes.push_back(vote(voter, elections[0], 0));
  mine(votes);
  for (const auto& [path, list, id] :
       {std::tuple{std::string("/v1/elections"), "elections", "id"},
        std::tuple{"/v1/elections/" + ledger::transaction_id(elections[0]).hex() + "/votes", "votes", "voter"}}) {
    std::set<std::string> seen;
    std::string query = "limit=2";
    for (int page = 0; page < 3; ++page) {
      const auto body = get(path, query);
      for (const auto& item : body.at(list).as_array()) {
        EXPECT_TRUE(seen.insert(std::string(item.at(id).as_string())).second);
      }
      EXPECT_EQ(body.at("next").is_null(), page == 2);
      if (page < 2) query = "limit=2&after=" + std::string(body.at("next").as_string());
    }
    EXPECT_EQ(seen.size(), 5U) << path;
  }
}

TEST_F(ApiTest, HeadersPageAsTheBytesThatAreHashed) {
  const auto first = mine({open_election("Mayor")});
  const auto second = mine({});
  const auto page = get("/v1/headers", "from=0&limit=2");
  ASSERT_EQ(page.at("headers").as_array().size(), 2U);
  const auto rest = get("/v1/headers", "from=2&limit=2");
  ASSERT_EQ(rest.at("headers").as_array().size(), 1U);
  EXPECT_EQ(page.at("next").to_number<int>(), 2);
  EXPECT_TRUE(rest.at("next").is_null());
  const auto id_of = [](const json::value& header) { return sha256(*from_hex(header.as_string())).hex(); };
  EXPECT_EQ(id_of(page.at("headers").at(0)), chain::block_id(chain::genesis_block(chain_.spec()).header).hex());
  EXPECT_EQ(id_of(page.at("headers").at(1)), first.hex());
  EXPECT_EQ(id_of(rest.at("headers").at(0)), second.hex());
  EXPECT_EQ(rest.at("tip").at("id").as_string(), second.hex());
  EXPECT_TRUE(get("/v1/headers", "from=3").at("headers").as_array().empty());
  EXPECT_EQ(get("/v1/headers").at("headers").as_array().size(), 3U);
}

TEST_F(PermissionedApiTest, RawHeadersBlocksAndProofsCarryTheSeal) {
  const auto election = open_election("Mayor");
  const auto id = mine({election});
  const auto headers = get("/v1/headers").at("headers").as_array();
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[0].as_string().size(), 2 * chain::kHeaderSizeBytes) << "nobody seals the genesis";
  const auto sealed = chain::decode_sealed_header(chain_.spec(), *from_hex(std::string_view(headers[1].as_string())));
  ASSERT_TRUE(sealed);
  EXPECT_EQ(chain::block_id(sealed->header), id);
  EXPECT_EQ(sealed->seal, chain_.seal(store_, id));
  const std::string seal = to_hex(chain::encode(*sealed->seal));
  EXPECT_EQ(get("/v1/blocks/1/encoded").at("seal").as_string(), seal);
  EXPECT_FALSE(get("/v1/blocks/0/encoded").contains("seal"));
  const auto proof = get("/v1/transactions/" + ledger::transaction_id(election).hex()).at("proof").as_object();
  EXPECT_EQ(proof.at("seal").as_string(), seal);
}

TEST_F(ApiTest, OpenNetworksCarryNoSeal) {
  const auto election = open_election("Mayor");
  mine({election});
  const auto page = get("/v1/headers");
  for (const auto& header : page.at("headers").as_array())
    EXPECT_EQ(header.as_string().size(), 2 * chain::kHeaderSizeBytes);
  EXPECT_FALSE(get("/v1/blocks/1/encoded").contains("seal"));
  const auto proof = get("/v1/transactions/" + ledger::transaction_id(election).hex()).at("proof").as_object();
  EXPECT_FALSE(proof.contains("seal"));
}

TEST_F(ApiTest, AnEncodedBlockIsTheBytesOfTheBlock) {
  const auto id = mine({open_election("Mayor")});
  const auto body = get("/v1/blocks/1/encoded");
  EXPECT_EQ(body, get("/v1/blocks/" + id.hex() + "/encoded"));
  EXPECT_TRUE(body.at("on_best_chain").as_bool());
  const auto block = chain::decode_block(*from_base64(body.at("block").as_string()));
  ASSERT_TRUE(block);
  EXPECT_EQ(chain::block_id(block->header), id);
  EXPECT_EQ(block->transactions.size(), 1U);
}

TEST_F(ApiTest, ATransactionCarriesItsBytesWhereverItIs) {
  const auto waiting = by(PrivateKey::from_seed("a"), ledger::Record{1, "hello"});
  const auto election = open_election("Mayor");
  mine({election});
  ASSERT_TRUE(pool_.add(store_, waiting, now_));
  for (const auto& transaction : {waiting, election}) {
    const auto body = get("/v1/transactions/" + ledger::transaction_id(transaction).hex());
    EXPECT_EQ(body.at("transaction").as_string(), to_base64(ledger::encode(transaction)));
  }
}

TEST_F(ApiTest, ARollPagesInOrderOfItsKeys) {
  auto open = std::get<ledger::OpenElection>(open_election("Mayor").statement);
  open.electorate = ledger::Electorate::kRoll;
  open.opens_at_ms += kHourMs / 2;
  const auto election = by(suara::testing::organiser_key(), open);
  const ledger::ElectionId id(ledger::transaction_id(election));
  ledger::EnrolVoters enrol{id, {}};
  std::set<std::string> names;
  for (const std::string name : {"ann", "ben", "cay"}) {
    enrol.voters.push_back({name, PrivateKey::from_seed(name).public_key()});
  }
  const auto other = open_election("Treasurer");
  mine({election, by(suara::testing::organiser_key(), enrol), other});
  const auto path = "/v1/elections/" + id.hex() + "/roll";
  const auto first = get(path, "limit=2");
  const auto last = get(path, "limit=2&after=" + std::string(first.at("next").as_string()));
  for (const auto& page : {first, last})
    for (const auto& voter : page.at("voters").as_array()) {
      const std::string name(voter.at("voter").as_string());
      EXPECT_EQ(voter.at("key").as_string(), to_hex(PrivateKey::from_seed(name).public_key().view()));
      names.insert(name);
    }
  EXPECT_EQ(names, (std::set<std::string>{"ann", "ben", "cay"}));
  EXPECT_TRUE(last.at("next").is_null());
  EXPECT_TRUE(get("/v1/elections/" + ledger::transaction_id(other).hex() + "/roll").at("voters").as_array().empty());
}

TEST_F(ApiTest, SubmissionsAreHandedOverInOrder) {
  const auto one = answer(view(), {"POST", "/v1/transactions", "", R"({"transaction":"AQI="})"});
  ASSERT_TRUE(std::holds_alternative<Submission>(one));
  EXPECT_FALSE(std::get<Submission>(one).batch);
  EXPECT_EQ(std::get<Submission>(one).transactions, std::vector<Bytes>({{1, 2}}));
  const auto many = answer(view(), {"POST", "/v1/transactions", "", R"({"transactions":["AQI=","Aw=="]})"});
  ASSERT_TRUE(std::holds_alternative<Submission>(many));
  EXPECT_TRUE(std::get<Submission>(many).batch);
  EXPECT_EQ(std::get<Submission>(many).transactions, std::vector<Bytes>({{1, 2}, {3}}));
}

TEST_F(ApiTest, TheDocumentAndTheIndexNameEveryRoute) {
  const auto index = ask("/");
  EXPECT_EQ(index.content_type, "text/html; charset=utf-8");
  for (const char* route : {"/v1/status", "/v1/peers", "/v1/bans", "/v1/commands", "/v1/spec", "/v1/blocks",
                            "/v1/headers", "/v1/transactions", "/v1/mempool", "/v1/elections", "/v1/events", "/metrics",
                            "/livez", "/readyz", "/openapi.yaml"}) {
    EXPECT_NE(index.body.find(route), std::string::npos) << route;
    EXPECT_NE(kOpenApi.find("\n  " + std::string(route) + ":\n"), std::string::npos) << route;
  }
  EXPECT_EQ(ask("/openapi.yaml").body, kOpenApi);
  EXPECT_EQ(ask("/readyz", "verbose").body, "[+] specification known\n[+] synced\nready\n");
}

}  // namespace
}  // namespace suara::api
