// What a person at the console sees.
#include "peer-node/shell/console.hpp"

#include "peer-node/shell/election_choice.hpp"
#include "tests/shell/temporary_folder.hpp"
#include "tests/unit/api/api_fixture.hpp"

namespace suara::node_shell {
namespace {

class ConsoleTest : public api::ApiTest {
 protected:
  /// What the line makes the console print. Submitted transactions wait in the mempool.
  std::string type(std::string_view line) {
    printed_.clear();
    console_.line(line);
    return printed_;
  }
  void mine_what_waits() { mine(pool_.select(store_, now_.wall).transactions); }

  shell::TemporaryFolder folder_;
  std::string printed_;
  int quits_ = 0;
  Console console_{ConsolePorts{.view = [this] { return view(); },
                                .submit =
                                    [this](const Bytes& transaction, const auto& answer) {
                                      answer(pool_.add(store_, *ledger::decode_transaction(transaction), now_));
                                    },
                                .print = [this](std::string_view text) { printed_ += text; },
                                .quit = [this] { ++quits_; },
                                .random = [] { return std::uint64_t{7}; }},
                   ConsoleKeys(folder_ / "keys"), PrivateKey::from_seed("node")};
};

TEST_F(ConsoleTest, SaysHowToOpenAnElectionWhenNoneIsOpen) {
  EXPECT_NE(type("vote voter123 Alice").find("admin-client election open"), std::string::npos);
  EXPECT_EQ(pool_.size(), 0U);
}

TEST_F(ConsoleTest, VotesAndShowsTheResult) {
  mine({open_election("Mayor")});
  EXPECT_NE(type("vote voter123 Alice").find("voter123 votes for Alice in \"Mayor\""), std::string::npos);
  EXPECT_NE(type("vote voter456 bob").find("votes for Bob"), std::string::npos);
  mine_what_waits();
  const std::string result = type("showresult");
  EXPECT_NE(result.find("Mayor (open, 2 votes, at height 2)"), std::string::npos) << result;
  EXPECT_NE(result.find("Alice: 1 vote\n"), std::string::npos);
  EXPECT_NE(result.find("Bob: 1 vote\n"), std::string::npos);
}

TEST_F(ConsoleTest, RefusesASecondVoteOfTheSameName) {
  mine({open_election("Mayor")});
  type("vote voter123 Alice");
  EXPECT_NE(type("vote voter123 Bob").find("this voter has voted"), std::string::npos);
  mine_what_waits();
  EXPECT_NE(type("vote voter123 Bob").find("voter123 has already voted in \"Mayor\""), std::string::npos);
  EXPECT_EQ(pool_.size(), 0U);
}

TEST_F(ConsoleTest, NamesTheCandidatesWhenOneIsMisspelt) {
  mine({open_election("Mayor")});
  EXPECT_NE(type("vote voter123 Zoe").find("the candidates are Alice, Bob"), std::string::npos);
}

TEST_F(ConsoleTest, FindsAnElectionByTitleAndByTheBeginningOfItsId) {
  const auto mayor = open_election("Town mayor");
  mine({mayor, open_election("Council")});
  EXPECT_EQ(type("showresult Town mayor").find("Town mayor (open, 0 votes"), 0U);
  EXPECT_EQ(type("showresult " + ledger::transaction_id(mayor).hex().substr(0, 12)).find("Town mayor"), 0U);
  EXPECT_NE(type("showresult Nothing").find("No election is called 'Nothing'"), std::string::npos);
}

TEST_F(ConsoleTest, RecordsAText) {
  EXPECT_NE(type("record some text").find("Recorded"), std::string::npos);
  ASSERT_EQ(pool_.size(), 1U);
  const auto* waiting = pool_.find(pool_.ids(1).front());
  EXPECT_EQ(std::get<ledger::Record>(waiting->statement).data, "some text");
}

TEST_F(ConsoleTest, ShowsTheChainThePeersAndWhatWasWrong) {
  mine({open_election("Mayor")});
  EXPECT_NE(type("chain").find("1 transactions"), std::string::npos);
  EXPECT_EQ(type("peers"), "0 peers\n");
  EXPECT_NE(type("elections").find("Mayor (Alice, Bob)"), std::string::npos);
  EXPECT_NE(type("frobnicate").find("`help` lists them"), std::string::npos);
  EXPECT_NE(type("help").find("vote NAME CANDIDATE"), std::string::npos);
}

TEST_F(ConsoleTest, QuitsOnlyWhenAsked) {
  type("");
  EXPECT_EQ(quits_, 0);
  type("quit");
  EXPECT_EQ(quits_, 1);
}

}  // namespace
}  // namespace suara::node_shell
