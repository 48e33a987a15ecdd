#include "common/client/http_session.hpp"

#include "common/client/node_api.hpp"
#include "common/shell/http_server.hpp"
#include "tests/shell/running_reactor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>

namespace suara::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Answers with method, path and body; "/never" is left without an answer, "/refused" refuses.
class Server {
 public:
  explicit Server(shell::HttpServerOptions options = {}, std::uint16_t port = 0) {
    server_ = reactor_.call([&] {
      return std::make_unique<shell::HttpServer>(
          reactor_.get(), options, [this](const shell::HttpRequest& request, const shell::Respond& respond) {
            if (request.path == "/never") return waiting_.add(respond);
            if (request.path == "/refused") return respond(shell::http_error(409, "already_voted", "has voted"));
            if (request.path == "/text") return respond({.content_type = "text/plain", .body = "hello"});
            respond({.body = "{\"said\":\"" + request.method + " " + request.path + " " + request.body + "\"}"});
          });
    });
    port_ = reactor_.call([this, port] { return server_->listen({"127.0.0.1", port}).value(); });
  }
  ~Server() {
    reactor_.call([&] { server_.reset(); });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] wire::Address address() const { return {"127.0.0.1", port_}; }
  [[nodiscard]] std::string url() const { return "http://" + address().text(); }

 private:
  shell::RunningReactor reactor_;
  shell::Recorder<shell::Respond> waiting_;
  std::unique_ptr<shell::HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST(HttpSession, AsksAgainAndAgainOnOneConnection) {
  shell::HttpServerOptions options;
  options.max_connections = 1;
  Server server(options);
  HttpSession session(server.address(), 20s);
  for (int i = 0; i < 3; ++i) {
    const auto answer = session.post("/x", "body");
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 200U);
    EXPECT_EQ(answer->body, "{\"said\":\"POST /x body\"}");
  }
}

TEST(HttpSession, ConnectsAgainAfterAServersRestart) {
  auto server = std::make_unique<Server>();
  const auto address = server->address();
  HttpSession session(address, 20s);
  ASSERT_TRUE(session.get("/x"));
  server.reset();
  server = std::make_unique<Server>(shell::HttpServerOptions{}, address.port);
  const auto answer = session.get("/x");
  EXPECT_TRUE(answer) << answer.error().message();
  server.reset();
  const auto gone = session.get("/x");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error(), HttpError::kUnreachable);
}

TEST(HttpSession, GivesUpAtItsDeadline) {
  Server server;
  HttpSession session(server.address(), 50ms);
  const auto answer = session.get("/never");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), HttpError::kTimeout);
}

TEST(HttpSession, SaysThatNobodyListens) {
  HttpSession session({"127.0.0.1", 1}, 20s);
  const auto answer = session.get("/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), HttpError::kUnreachable);
}

TEST(HttpSession, TakesUrlsOfNodesOnly) {
  EXPECT_EQ(parse_node_url("http://127.0.0.1:80/").value(), (wire::Address{"127.0.0.1", 80}));
  for (const auto* url : {"", "127.0.0.1:80", "https://a:1", "http://a", "http://a:1/x", "http://a:0"})
    EXPECT_FALSE(parse_node_url(url)) << url;
}

TEST(NodeApi, TellsAnswersRefusalsAndSilenceApart) {
  Server server;
  NodeApi node(server.url());
  EXPECT_TRUE(node.get("/x").ok);
  const auto refused = node.get("/refused");
  EXPECT_TRUE(refused.reached);
  EXPECT_EQ(refused.code, "already_voted");
  EXPECT_EQ(refused.message, "has voted");
  EXPECT_EQ(node.get("/text").code, "bad_answer");
  const auto silence = NodeApi("http://127.0.0.1:1").get("/x");
  EXPECT_FALSE(silence.reached);
  EXPECT_THAT(silence.message, HasSubstr("http://127.0.0.1:1"));
}

}  // namespace
}  // namespace suara::client
