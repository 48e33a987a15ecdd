#include "common/shell/http_server.hpp"

#include "common/shell/network_error.hpp"
#include "tests/shell/blocking_client.hpp"
#include "tests/shell/running_reactor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

// A server on a running reactor. It echoes what it understood; some paths do more.
class Server {
 public:
  explicit Server(HttpServerOptions options = {}) {
    server = reactor.call([&] {
      return std::make_unique<HttpServer>(reactor.get(), options,
                                          [this](HttpRequest request, Respond respond) { handle(request, respond); });
    });
    port = reactor.call([&] { return server->listen({"127.0.0.1", 0}).value(); });
  }
  ~Server() {
    reactor.call([&] {
      streams.clear();
      server.reset();
    });
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void handle(const HttpRequest& request, const Respond& respond) {
    if (request.path == "/throws") throw std::runtime_error("boom");
    if (request.path == "/later") return reactor.get().post([respond] { respond({.body = "later"}); });
    if (request.path == "/never") return waiting.add(respond);
    if (request.path == "/stream") {
      return respond({.content_type = "text/event-stream", .body = ": hello\n", .on_stream = [this](auto stream) {
                        streams.push_back(std::move(stream));
                        streaming.add(1);
                      }});
    }
    respond({.content_type = "text/plain",
             .body = request.method + " " + request.path + " ?" + request.query + " " + request.remote_host + " " +
                     request.body});
  }

  RunningReactor reactor;
  Recorder<Respond> waiting;
  Recorder<int> streaming;
  std::vector<std::shared_ptr<HttpStream>> streams;
  std::unique_ptr<HttpServer> server;
  std::uint16_t port = 0;
};

std::string get(const std::string& target, const std::string& headers = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}
std::string last_get(const std::string& target) { return get(target, "Connection: close\r\n"); }

std::string post(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string ask(const Server& server, const std::string& bytes) {
  BlockingClient client(server.port);
  client.send(bytes);
  return client.read_all();
}

TEST(HttpServer, AnswersWithWhatTheHandlerSays) {
  Server server;
  const std::string answer = ask(server, last_get("/v1/a%20b?x=1&y=%20"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nGET /v1/a b ?x=1&y=%20 127.0.0.1 "));
  EXPECT_THAT(ask(server, post("/v1/x", "the body")), testing::EndsWith("POST /v1/x ? 127.0.0.1 the body"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderOnOneConnection) {
  Server server;
  const std::string answers = ask(server, get("/later") + get("/1") + get("/later") + last_get("/2"));
  const std::vector<std::string> expected{"\r\n\r\nlater", "GET /1", "\r\n\r\nlater", "GET /2"};
  std::size_t at = 0;
  for (const auto& part : expected) {
    at = answers.find(part, at);
    ASSERT_NE(at, std::string::npos) << part << " in " << answers;
    at += part.size();
  }
}

TEST(HttpServer, TakesARequestByteByByte) {
  Server server;
  BlockingClient client(server.port);
  for (const char c : post("/x", "slow")) client.send({&c, 1});
  EXPECT_THAT(client.read_all(), testing::EndsWith(" slow"));
}

TEST(HttpServer, AnswersHeadWithoutTheBody) {
  Server server;
  const std::string answer = ask(server, "HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 19\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST(HttpServer, ClosesAfterHttp10) {
  Server server;
  EXPECT_THAT(ask(server, "GET /x HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close"));
}

TEST(HttpServer, SaysContinueToWhoWaitsForIt) {
  Server server;
  BlockingClient client(server.port);
  client.send("POST /x HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.read_line(), "HTTP/1.1 100 Continue\r");
  client.send("body");
  EXPECT_THAT(client.read_all(), testing::EndsWith(" body"));
}

TEST(HttpServer, RefusesWhatIsTooLarge) {
  HttpServerOptions options;
  options.max_body_size_bytes = 100;
  options.max_header_size_bytes = 500;
  Server server(options);
  EXPECT_THAT(ask(server, post("/x", std::string(101, 'x'))),
              testing::AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("body_too_large")));
  EXPECT_THAT(ask(server, get("/x", "A: " + std::string(600, 'x') + "\r\n")), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(server, "GET /" + std::string(2000, 'x')), StartsWith("HTTP/1.1 431 "));
  const std::string chunk = "40\r\n" + std::string(64, 'x') + "\r\n";
  EXPECT_THAT(ask(server, "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask(server, post("/x", std::string(100, 'x'))), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, RefusesEndlessChunkExtensionsAndTrailers) {
  HttpServerOptions options;
  options.max_header_size_bytes = 500;
  Server server(options);
  const std::string chunked = "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(ask(server, chunked + "5;" + std::string(600, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(server, chunked + std::string(600, '0')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(server, chunked + "0\r\nA: " + std::string(600, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(server, "POST /x HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                              std::string(1024, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, RefusesWhatIsNoRequest) {
  Server server;
  EXPECT_EQ(ask(server, "hello\r\n\r\n").substr(0, 13), "HTTP/1.1 400 ");
  EXPECT_THAT(ask(server, last_get("/%zz")), HasSubstr(R"({"error":{"code":"bad_target","message":)"));
  EXPECT_THAT(ask(server, last_get("nowhere")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(server, last_get("/%")), StartsWith("HTTP/1.1 400 "));
}

TEST(HttpServer, TellsAClientThatIsTooSlowAndForgetsASilentOne) {
  HttpServerOptions options;
  options.request_timeout = 5ms;
  options.idle_timeout = 5ms;
  Server server(options);
  EXPECT_THAT(ask(server, "GET /x HT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(ask(server, ""), "");
}

TEST(HttpServer, AHandlerThatThrowsOrNeverAnswersIsCoveredUp) {
  HttpServerOptions options;
  options.answer_timeout = 5ms;
  Server server(options);
  EXPECT_THAT(ask(server, last_get("/throws")), StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(ask(server, last_get("/never")), StartsWith("HTTP/1.1 504 "));
  const auto late = server.waiting.wait_for(1)[0];
  server.reactor.call([&] { late({.body = "too late"}); });
}

TEST(HttpServer, RespondingAfterTheClientHasGoneIsHarmless) {
  Server server;
  {
    BlockingClient client(server.port);
    client.send(get("/never"));
    server.waiting.wait_for(1);
  }
  const auto late = server.waiting.all()[0];
  server.reactor.call([&] { late({.body = "anyone?"}); });
  EXPECT_THAT(ask(server, last_get("/still")), HasSubstr("/still"));
}

TEST(HttpServer, SaysSoWhenTooManyAreConnected) {
  HttpServerOptions options;
  options.max_connections = 2;
  Server server(options);
  std::deque<BlockingClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(server.port).send(get("/x"));
    clients.back().read_line();
  }
  EXPECT_THAT(ask(server, get("/x")), StartsWith("HTTP/1.1 503 "));
}

TEST(HttpServer, StreamsWhatComes) {
  Server server;
  BlockingClient client(server.port);
  client.send(get("/stream"));
  server.streaming.wait_for(1);
  EXPECT_TRUE(server.reactor.call([&] { return server.streams[0]->write("data: 1\n\n"); }));
  for (std::string line = client.read_line(); line != "\r"; line = client.read_line()) {
    EXPECT_THAT(line, testing::Not(HasSubstr("Content-Length")));
  }
  EXPECT_EQ(client.read_line(), ": hello");
  EXPECT_EQ(client.read_line(), "data: 1");
  server.reactor.call([&] {
    server.streams[0]->write("data: 2\n\n");
    server.streams[0]->close();
    EXPECT_FALSE(server.streams[0]->write("never"));
  });
  EXPECT_EQ(client.read_all(), "\ndata: 2\n\n");
}

TEST(HttpServer, AStreamTellsThatItsClientHasGone) {
  Server server;
  {
    BlockingClient client(server.port);
    client.send(get("/stream"));
    server.streaming.wait_for(1);
  }
  bool open = true;
  for (int i = 0; i < 1'000'000 && open; ++i) {
    open = server.reactor.call([&] { return server.streams[0]->write("data: x\n\n"); });
  }
  EXPECT_FALSE(open);
}

TEST(HttpServer, DisconnectsAStreamsSlowReader) {
  HttpServerOptions options;
  options.max_stream_queue_bytes = 64 * 1024;
  Server server(options);
  BlockingClient client(server.port);
  client.send(get("/stream"));
  server.streaming.wait_for(1);
  const bool open = server.reactor.call([&] {
    bool fits = true;
    const std::string chunk(16 * 1024, 'x');
    for (int i = 0; i < 2000 && fits; ++i) fits = server.streams[0]->write(chunk);
    return fits;
  });
  EXPECT_FALSE(open);
  EXPECT_EQ(server.reactor.call([&] { return server.server->connections(); }), 0U);
}

TEST(HttpServer, ShutDownEndsStreamsAndIdleConnectionsAndListensNoMore) {
  Server server;
  BlockingClient streaming(server.port);
  streaming.send(get("/stream"));
  server.streaming.wait_for(1);
  BlockingClient idle(server.port);
  idle.send(get("/x"));
  idle.read_line();
  BlockingClient asking(server.port);
  asking.send(get("/never"));
  const auto respond = server.waiting.wait_for(1)[0];
  server.reactor.call([&] { server.server->shut_down(); });
  EXPECT_THAT(streaming.read_all(), HasSubstr(": hello\n"));
  idle.read_all();
  server.reactor.call([&] { respond({.body = "last words"}); });
  EXPECT_THAT(asking.read_all(), testing::AllOf(HasSubstr("Connection: close"), HasSubstr("last words")));
  EXPECT_THROW(BlockingClient{server.port}, std::system_error);
}

TEST(HttpServer, RefusesAPortInUse) {
  Server first;
  Server second;
  const auto result = second.reactor.call([&] { return second.server->listen({"127.0.0.1", first.port}); });
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error() == NetworkError::kAddressInUse);
}

}  // namespace
}  // namespace suara::shell
