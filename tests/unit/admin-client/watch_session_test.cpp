#include "admin-client/watch_session.hpp"

#include "common/shell/network_error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suara::admin {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

wire::Address address(std::uint16_t port) { return {"192.0.2.1", port}; }

wire::PeerEntry entry(std::uint16_t port, wire::RowState state = wire::RowState::kUnverified) {
  wire::PeerEntry entry;
  entry.address = address(port);
  entry.state = state;
  return entry;
}

/// A session, what it sends as words, and what it shows as text.
class WatchTest : public ::testing::Test {
 protected:
  void begin(std::optional<std::uint64_t> since = std::nullopt, std::size_t max_known = kMaxKnownPeers) {
    session_.emplace(address(4000), "", since, max_known);
    perform(session_->start());
    open();
  }
  void open() { perform(session_->opened(now_)); }
  void lose() { perform(session_->lost(Error(shell::NetworkError::kPeerClosed), now_)); }
  void gets(const wire::BootstrapReply& reply) { perform(session_->line(wire::encode(reply), now_)); }
  void gets_list(std::vector<wire::PeerEntry> entries, std::optional<std::string> next = std::nullopt) {
    gets(wire::Peers{std::move(entries), 0, std::move(next)});
  }
  void gets_joined(std::uint16_t port, std::uint64_t revision, wire::RowState state = wire::RowState::kUnverified) {
    gets(wire::PeerJoined{address(port), "", revision, state});
  }
  void gets_left(std::uint16_t port, std::uint64_t revision) {
    gets(wire::PeerLeft{address(port), "", wire::LeaveReason::kExpired, revision});
  }
  /// Subscribed, with this list known, and nothing left to look at.
  void watch(std::vector<wire::PeerEntry> entries) {
    begin();
    gets(wire::Subscribed{100, false});
    gets_list(std::move(entries));
    sent_.clear();
    said_.clear();
  }
  void advance(std::chrono::milliseconds by) {
    const Instant until = now_ + by;
    while (const auto deadline = session_->next_deadline()) {
      if (*deadline > until) break;
      now_ = *deadline;
      perform(session_->tick(now_));
    }
    now_ = until;
  }
  std::vector<std::string> shown() { return std::exchange(shown_, {}); }

  std::optional<WatchSession> session_;
  Instant now_{1h};
  std::vector<std::string> sent_;
  std::vector<std::string> shown_;
  std::vector<std::string> said_;
  int dials_ = 0;
  bool hung_up_ = false;
  bool gave_up_ = false;

 private:
  void perform(const WatchActions& actions) {
    for (const auto& action : actions) std::visit([this](const auto& a) { take(a); }, action);
  }
  void take(const DialServer&) { ++dials_; }
  void take(const SendLine& action) { sent_.push_back(action.line); }
  void take(const HangUp&) { hung_up_ = true; }
  void take(const Report& report) { said_.push_back(report.text); }
  void take(const GiveUp&) { gave_up_ = true; }
  void take(const ShowNews& action) {
    const auto& news = action.news;
    const auto* what = news.what == PeerNews::What::kJoined     ? "joined "
                       : news.what == PeerNews::What::kVerified ? "verified "
                                                                : "left ";
    shown_.push_back(what + news.address.substr(news.address.find(':') + 1) + " " + std::to_string(news.revision));
  }
};

TEST_F(WatchTest, TellsWhoComesIsVerifiedAndGoes) {
  watch({});
  gets_joined(1, 101);
  gets_joined(1, 102, wire::RowState::kVerified);
  gets_left(1, 103);
  gets_joined(1, 104, wire::RowState::kVerified);
  EXPECT_THAT(shown(), ElementsAre("joined 1 101", "verified 1 102", "left 1 103", "joined 1 104"));
}

TEST_F(WatchTest, KnowsWhoWasListedBeforeItBegan) {
  watch({entry(1)});
  EXPECT_THAT(shown(), IsEmpty());
  gets_joined(1, 101, wire::RowState::kVerified);
  EXPECT_THAT(shown(), ElementsAre("verified 1 101"));
}

TEST_F(WatchTest, ResumesAfterTheLastRevisionItSaw) {
  watch({});
  gets_joined(1, 101);
  lose();
  EXPECT_EQ(said_.size(), 1U);
  advance(kFirstRetry);
  EXPECT_EQ(dials_, 2);
  open();
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_THAT(sent_[0], HasSubstr("\"since\":101"));
  gets(wire::Subscribed{105, false});
  gets_left(1, 103);
  EXPECT_THAT(shown(), ElementsAre("joined 1 101", "left 1 103"));
  EXPECT_EQ(sent_.size(), 1U) << "the list is known";
}

TEST_F(WatchTest, BeginsAfterTheRevisionAskedFor) {
  begin(90);
  EXPECT_THAT(sent_[0], HasSubstr("\"since\":90"));
  gets(wire::Subscribed{100, false});
  gets_joined(1, 95);
  gets_list({entry(1)});
  EXPECT_THAT(shown(), ElementsAre("joined 1 95"));
}

TEST_F(WatchTest, ReadsTheListAgainAndTellsTheDifference) {
  watch({entry(1), entry(2), entry(3)});
  lose();
  advance(kFirstRetry);
  open();
  gets(wire::Subscribed{900, true});
  EXPECT_THAT(sent_.back(), HasSubstr("GET_PEERS"));
  gets_list({entry(3, wire::RowState::kVerified)}, "aa");
  gets_joined(5, 901);
  EXPECT_THAT(sent_.back(), HasSubstr("\"after\":\"aa\""));
  gets_list({entry(4), entry(1)});
  EXPECT_THAT(shown(), ElementsAre("joined 5 901", "left 2 901", "verified 3 901", "joined 4 901"));
}

TEST_F(WatchTest, ComparesEvenWhenTheConnectionIsLostMeanwhile) {
  watch({entry(1), entry(2)});
  lose();
  advance(kFirstRetry);
  open();
  gets(wire::Subscribed{900, true});
  gets_list({entry(1)}, "aa");
  lose();
  advance(kFirstRetry);
  open();
  gets(wire::Subscribed{905, false});
  EXPECT_THAT(sent_.back(), HasSubstr("GET_PEERS"));
  gets_list({entry(1)});
  EXPECT_THAT(shown(), ElementsAre("left 2 900"));
}

TEST_F(WatchTest, TellsWhatItStillCanOfALargeNetwork) {
  begin(std::nullopt, 1);
  gets(wire::Subscribed{100, false});
  gets_list({entry(1), entry(2)}, "aa");
  gets_joined(3, 101);
  lose();
  advance(kFirstRetry);
  open();
  sent_.clear();
  gets(wire::Subscribed{900, true});
  EXPECT_THAT(sent_, IsEmpty()) << "the list is too long to be remembered";
  EXPECT_THAT(said_.back(), HasSubstr("get-peers"));
  gets_joined(4, 901);
  EXPECT_THAT(shown(), ElementsAre("joined 3 101", "joined 4 901"));
}

TEST_F(WatchTest, WaitsLongerFromAttemptToAttempt) {
  watch({});
  lose();
  for (const auto wait : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 10000ms, 10000ms}) {
    const auto before = dials_;
    advance(wait - 1ms);
    EXPECT_EQ(dials_, before) << wait.count();
    advance(1ms);
    EXPECT_EQ(dials_, before + 1) << wait.count();
    lose();
  }
  EXPECT_EQ(said_.size(), 1U) << "said once";
}

TEST_F(WatchTest, StaysAliveByPingsAndHangsUpOnSilence) {
  watch({});
  advance(30s);
  EXPECT_THAT(sent_, ElementsAre(HasSubstr("PING")));
  gets(wire::Pong{});
  advance(60s);
  EXPECT_EQ(sent_.size(), 3U);
  EXPECT_FALSE(hung_up_);
  advance(30s);
  EXPECT_TRUE(hung_up_) << "nothing has been heard for 90 s";
}

TEST_F(WatchTest, AsksAgainForAPageWhenTheServerSaysSo) {
  begin();
  gets(wire::Subscribed{100, false});
  gets_list({entry(1)}, "aa");
  sent_.clear();
  gets(wire::ErrorReply{"rate_limited", "too often", 3000});
  EXPECT_FALSE(hung_up_);
  advance(2999ms);
  EXPECT_THAT(sent_, IsEmpty());
  advance(1ms);
  EXPECT_THAT(sent_, ElementsAre(HasSubstr("\"after\":\"aa\"")));
}

TEST_F(WatchTest, ComesBackWhenItWasTooSlow) {
  watch({});
  gets(wire::ErrorReply{"too_slow", "read faster"});
  EXPECT_TRUE(hung_up_);
  lose();
  advance(kFirstRetry);
  EXPECT_EQ(dials_, 2);
  EXPECT_FALSE(gave_up_);
}

TEST_F(WatchTest, EndsWhereItIsNotWanted) {
  begin();
  gets(wire::ErrorReply{"bad_value", "no"});
  EXPECT_TRUE(gave_up_);
  lose();
  EXPECT_EQ(session_->next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace suara::admin
