// A name server that never answers, as getaddrinfo(3) sees it.
#include "common/client/http_session.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <string_view>

namespace {

constexpr std::string_view kNeverAnswered = "never.answered.example";

}  // namespace

// Takes the place of the C library's in this program.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** result) {
  while (host != nullptr && kNeverAnswered == host) ::pause();
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(host, service, hints, result);
}

namespace suara::client {
namespace {

TEST(HttpSession, DoesNotWaitForANameServerPastItsDeadline) {
  HttpSession session({std::string(kNeverAnswered), 80}, std::chrono::milliseconds(50));
  const auto answer = session.get("/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), HttpError::kTimeout);
}

}  // namespace
}  // namespace suara::client
