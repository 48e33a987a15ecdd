// The load generator: one measurement of one server, printed as one JSON object. run.py starts the servers, calls this
// in turn for ours and theirs, and makes the table.
#include "benchmarks/bootstrap/closed_loop.hpp"
#include "benchmarks/bootstrap/sockets.hpp"
#include "benchmarks/bootstrap/subscribers.hpp"

#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace suara::bench {
namespace {

constexpr const char* kUsage =
    "suara-load loop  --protocol NAME --port N [--clients N] [--in-flight N] [--each 1] [--seconds S] [--warm-up S]\n"
    "                 [--requests N] [--rate N] [--first N] [--peers N] [--paths FILE]\n"
    "suara-load joins --port N --subscribers N [--joins N] [--every-ms N] [--first N]\n"
    "suara-load idle  --port N --connections N --pid N\n";

class Arguments {
 public:
  Arguments(int count, char** values) {
    for (int i = 2; i + 1 < count; i += 2) given_[values[i]] = values[i + 1];
  }
  [[nodiscard]] std::string text(const std::string& name, const std::string& fallback = {}) const {
    const auto found = given_.find("--" + name);
    return found == given_.end() ? fallback : found->second;
  }
  [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t fallback) const {
    const std::string given = text(name);
    return given.empty() ? fallback : std::stoull(given);
  }
  [[nodiscard]] std::chrono::nanoseconds seconds(const std::string& name, const std::string& fallback) const {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(std::stod(text(name, fallback)) * 1e9));
  }
  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(number("port", 0)); }

 private:
  std::map<std::string, std::string> given_;
};

// "http" gets what the lines of a file name.
Protocol protocol_of(const Arguments& arguments) {
  const std::string name = arguments.text("protocol");
  if (name != "http") return protocol_named(name, arguments.number("first", 0), arguments.number("peers", 50));
  std::ifstream file(arguments.text("paths"));
  std::vector<std::string> paths;
  for (std::string line; std::getline(file, line);) paths.push_back(line);
  return http_get(std::move(paths));
}

void loop(const Arguments& arguments) {
  LoopOptions options;
  options.port = arguments.port();
  options.clients = arguments.number("clients", 1);
  options.in_flight = arguments.number("in-flight", 1);
  options.connection_each = arguments.number("each", 0) != 0;
  options.requests = arguments.number("requests", 0);
  options.rate = static_cast<double>(arguments.number("rate", 0));
  options.warm_up = arguments.seconds("warm-up", "0.3");
  options.time = arguments.seconds("seconds", "2");
  const Protocol protocol = protocol_of(arguments);
  LoopResult result = run_closed_loop(options, protocol);
  const double took = std::chrono::duration<double>(result.took).count();
  const auto answers = static_cast<double>(result.answers);
  std::printf(
      "{\"answers\":%.0f,\"per_second\":%.1f,\"answer_bytes\":%.1f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n",
      answers, answers / took, static_cast<double>(result.answer_bytes) / std::max(answers, 1.0),
      percentile(result.latencies_us, 50), percentile(result.latencies_us, 99), percentile(result.latencies_us, 100));
}

void joins(const Arguments& arguments) {
  JoinOptions options;
  options.port = arguments.port();
  options.subscribers = arguments.number("subscribers", 10'000);
  options.first = arguments.number("first", 0);
  options.joins = arguments.number("joins", 1);
  options.every = std::chrono::milliseconds(arguments.number("every-ms", 0));
  JoinResult result = run_joins(options);
  std::printf(
      "{\"last_told_p50_us\":%u,\"last_told_p99_us\":%u,\"last_told_max_us\":%u,\"lost\":%llu,\"missing\":%llu}\n",
      percentile(result.last_told_us, 50), percentile(result.last_told_us, 99), percentile(result.last_told_us, 100),
      static_cast<unsigned long long>(result.subscribers_lost), static_cast<unsigned long long>(result.missing));
}

std::uint64_t resident_kb(std::uint64_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoull(line.substr(6));
  }
  throw std::runtime_error("there is no process " + std::to_string(pid));
}

// Each has been answered once, and then says nothing more.
void idle(const Arguments& arguments) {
  const Protocol protocol = protocol_named("ping", 0, 0);
  const auto open_one = [&] {
    Socket socket = connect_to(arguments.port());
    send_all(socket.get(), protocol.request(0));
    std::array<char, 256> answer{};
    const ssize_t size = ::recv(socket.get(), answer.data(), answer.size(), 0);
    if (size <= 0) throw std::runtime_error("no answer");
    if (protocol.answer_size({answer.data(), static_cast<std::size_t>(size)}) == 0)
      throw std::runtime_error("half an answer");
    return socket;
  };
  const std::uint64_t pid = arguments.number("pid", 0);
  const std::uint64_t count = arguments.number("connections", 15'000);
  {
    const Socket first = open_one();
  }
  const std::uint64_t before_kb = resident_kb(pid);
  std::vector<Socket> sockets;
  for (std::uint64_t i = 0; i < count; ++i) sockets.push_back(open_one());
  const std::uint64_t after_kb = resident_kb(pid);
  std::printf("{\"connections\":%llu,\"before_kb\":%llu,\"after_kb\":%llu,\"bytes_each\":%.0f}\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(before_kb),
              static_cast<unsigned long long>(after_kb),
              1024 * (static_cast<double>(after_kb) - static_cast<double>(before_kb)) / static_cast<double>(count));
}

}  // namespace
}  // namespace suara::bench

int main(int count, char** values) {
  using namespace suara::bench;
  const std::map<std::string, void (*)(const Arguments&)> kinds{{"loop", loop}, {"joins", joins}, {"idle", idle}};
  const auto kind = kinds.find(count > 1 ? values[1] : "");
  if (kind == kinds.end()) {
    std::fputs(kUsage, stderr);
    return 64;
  }
  try {
    raise_descriptor_limit();
    kind->second(Arguments(count, values));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "suara-load: %s\n", failure.what());
    return 69;
  }
  return 0;
}
