// A name server that never answers, as getaddrinfo(3) sees it.
#include "common/shell/dialer.hpp"
#include "common/shell/reactor_asio.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace {

constexpr std::string_view kNeverAnswered = "never.answered.example";
std::atomic<suara::shell::Reactor*> asking{nullptr};  // stopped once the look-up has begun

}  // namespace

// Takes the place of the C library's in this program.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** result) {
  if (host != nullptr && kNeverAnswered == host) {
    if (suara::shell::Reactor* reactor = asking) reactor->stop();
    while (true) ::pause();
  }
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(host, service, hints, result);
}

namespace suara::shell {
namespace {

namespace asio = boost::asio;

// A process that ends while a name is looked up; the alarm ends one that waits for the answer.
[[noreturn]] void end_during_a_look_up() {
  ::alarm(20);
  Reactor& reactor = Reactor::of_process();
  asking = &reactor;
  dial_tcp(io_of(reactor), {std::string(kNeverAnswered), 1}, std::chrono::seconds(60), [](const auto&) {});
  reactor.run();
  std::exit(0);
}

TEST(LookUp, AProcessEndsWithoutWaitingForIt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_during_a_look_up(), testing::ExitedWithCode(0), "");
}

// Ends with 0 if localhost is reached although another look-up is never answered.
[[noreturn]] void dial_localhost_during_a_look_up() {
  ::alarm(20);
  Reactor& reactor = Reactor::of_process();
  asio::ip::tcp::acceptor acceptor(io_of(reactor), {asio::ip::address_v4::loopback(), 0});
  const auto port = acceptor.local_endpoint().port();
  dial_tcp(io_of(reactor), {std::string(kNeverAnswered), 1}, std::chrono::seconds(60), [](const auto&) {});
  dial_tcp(io_of(reactor), {"localhost", port}, std::chrono::seconds(60),
           [](const auto& socket) { std::exit(socket ? 0 : 1); });
  reactor.run();
  std::exit(2);
}

TEST(LookUp, LocalhostDoesNotWaitForOtherNames) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(dial_localhost_during_a_look_up(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace suara::shell
