// Name servers that never answer, as getaddrinfo(3) sees them.
#include "common/shell/dialer.hpp"
#include "common/shell/name_look_up.hpp"
#include "common/shell/reactor_asio.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kNeverAnswered = "never.answered.example";  // and every name below it
constexpr std::string_view kAnswered = "quickly.answered.test";
std::atomic<suara::shell::Reactor*> asking{nullptr};  // stopped once a look-up has begun

bool never_answered(std::string_view host) { return host.ends_with(kNeverAnswered); }

}  // namespace

// Takes the place of the C library's in this program.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** result) {
  if (host != nullptr && never_answered(host)) {
    if (suara::shell::Reactor* reactor = asking) reactor->stop();
    while (true) ::pause();
  }
  if (host != nullptr && kAnswered == host) host = "127.0.0.1";
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(host, service, hints, result);
}

namespace suara::shell {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kLong{60};

// A process that ends while a name is looked up, its reactor destroyed; the alarm ends one that waits for the answer.
[[noreturn]] void end_during_a_look_up() {
  ::alarm(100);
  {
    Reactor reactor;
    asking = &reactor;
    dial_tcp(io_of(reactor), {std::string(kNeverAnswered), 1}, kLong, [](const auto&) {});
    reactor.run();
    asking = nullptr;
  }
  std::exit(0);
}

TEST(LookUp, AProcessEndsWithoutWaitingForIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_during_a_look_up(), testing::ExitedWithCode(0), "");
}

// Ends with 0 if `host` is reached although many names of one domain are never answered.
[[noreturn]] void dial_during_look_ups(const std::string& host) {
  ::alarm(100);
  Reactor reactor;
  asio::ip::tcp::acceptor acceptor(io_of(reactor), {asio::ip::address_v4::loopback(), 0});
  const auto port = acceptor.local_endpoint().port();
  for (std::size_t i = 0; i < 2 * kMaxLookUpThreads; ++i) {
    dial_tcp(io_of(reactor), {std::to_string(i) + "." + std::string(kNeverAnswered), 1}, kLong, [](const auto&) {});
  }
  dial_tcp(io_of(reactor), {host, port}, kLong, [](const auto& socket) { std::exit(socket ? 0 : 1); });
  reactor.run();
  std::exit(2);
}

TEST(LookUp, LocalhostDoesNotWaitForOtherNames) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(dial_during_look_ups("localhost"), testing::ExitedWithCode(0), "");
}

TEST(LookUp, ADomainThatIsNotAnsweredDoesNotHoldUpOthers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(dial_during_look_ups(std::string(kAnswered)), testing::ExitedWithCode(0), "");
}

// Ends with 0 if all names of a domain that does answer are found, although only a share of them is asked at a time.
[[noreturn]] void look_up_many_of_one_domain() {
  ::alarm(100);
  Reactor reactor;
  std::size_t left = 10 * kMaxLookUpsPerDomain;
  for (std::size_t i = left; i > 0; --i) {
    NameLookUps::of(io_of(reactor)).look_up(std::string(kAnswered), [&](const auto& found) {
      if (!found || found->size() != 1 || !found->front().is_loopback()) std::exit(1);
      if (--left == 0) std::exit(0);
    });
  }
  reactor.run();
  std::exit(2);
}

TEST(LookUp, NamesOfOneDomainTakeTurns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(look_up_many_of_one_domain(), testing::ExitedWithCode(0), "");
}

// Ends with 0 if one look-up too many fails at once, and one that is given up makes room.
[[noreturn]] void ask_too_much() {
  ::alarm(100);
  Reactor reactor;
  NameLookUps& look_ups = NameLookUps::of(io_of(reactor));
  std::vector<std::uint64_t> asked;
  for (std::size_t i = 0; i < kMaxQueuedLookUps; ++i) {
    asked.push_back(look_ups.look_up(std::string(kNeverAnswered), [](const auto&) {}));
  }
  const std::uint64_t waiting = asked[kMaxLookUpsPerDomain];
  // No more than the first few have left the queue, so there is room for no more than as many.
  std::size_t refused = 0;
  for (std::size_t i = 0; i < kMaxLookUpsPerDomain + 1; ++i) {
    look_ups.look_up(std::string(kNeverAnswered), [&](const auto& found) {
      if (found) std::exit(1);
      if (++refused > 1) return;
      look_ups.cancel(waiting);
      look_ups.look_up(std::string(kAnswered), [](const auto& other) { std::exit(other ? 0 : 3); });
    });
  }
  reactor.run();
  std::exit(2);
}

TEST(LookUp, BoundsWhatWaitsAndForgetsWhatIsGivenUp) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(ask_too_much(), testing::ExitedWithCode(0), "");
}

TEST(LookUp, TellsThatANameHasNoAddress) {
  Reactor reactor;
  std::optional<Error> error;
  NameLookUps::of(io_of(reactor)).look_up("no such name", [&](const auto& found) {
    if (!found) error = found.error();
    reactor.stop();
  });
  reactor.run();
  ASSERT_TRUE(error);
  EXPECT_TRUE(*error == NetworkError::kCannotResolve);
}

}  // namespace
}  // namespace suara::shell
