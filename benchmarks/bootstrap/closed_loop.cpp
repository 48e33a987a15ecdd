#include "benchmarks/bootstrap/closed_loop.hpp"

#include "benchmarks/bootstrap/sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <deque>
#include <span>
#include <stdexcept>
#include <string>

namespace suara::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSizeBytes = 256 * 1024;
constexpr int kAnswerPatienceMs = 10'000;

class Loop {
 public:
  Loop(const LoopOptions& options, const Protocol& protocol)
      : options_(options), protocol_(protocol), clients_(options.clients), scratch_(kReadSizeBytes) {}

  LoopResult run();

 private:
  struct Client {
    Socket socket;
    std::string received;                // an answer that has not come whole
    std::deque<Clock::time_point> sent;  // of the requests in flight
  };

  void begin(std::size_t index);
  void send(Client& client, Clock::time_point since);
  void read(std::size_t index);
  void answered(std::size_t index, Clock::time_point now, std::size_t size);
  void send_due();
  [[nodiscard]] int wait(std::span<epoll_event> events);
  [[nodiscard]] bool more() const { return options_.requests == 0 ? !over_ : sent_ < options_.requests; }

  const LoopOptions& options_;
  const Protocol& protocol_;
  std::vector<Client> clients_;
  std::vector<char> scratch_;
  Socket epoll_;
  std::deque<std::size_t> resting_;  // clients who wait until a request is due
  Clock::time_point started_;
  std::uint64_t sent_ = 0;
  std::uint64_t waiting_ = 0;
  bool over_ = false;
  Clock::time_point counts_from_;
  Clock::time_point counts_until_ = Clock::time_point::max();
  LoopResult result_;
};

// Opens the client's connection and sends what it may have in flight.
void Loop::begin(std::size_t index) {
  Client& client = clients_[index];
  const auto since = Clock::now();
  client.socket = connect_to(options_.port);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client.socket.get(), &event) != 0) throw std::runtime_error("epoll_ctl");
  if (options_.rate > 0) {
    resting_.push_back(index);
    return;
  }
  for (std::size_t i = 0; i < options_.in_flight && more(); ++i) send(client, since);
}

void Loop::send(Client& client, Clock::time_point since) {
  client.sent.push_back(since);
  ++waiting_;
  send_all(client.socket.get(), protocol_.request(sent_++));
}

void Loop::answered(std::size_t index, Clock::time_point now, std::size_t size) {
  Client& client = clients_[index];
  if (client.sent.empty()) throw std::runtime_error("an answer nobody asked for");
  const auto since = client.sent.front();
  client.sent.pop_front();
  --waiting_;
  if (since >= counts_from_ && now <= counts_until_) {
    ++result_.answers;
    result_.answer_bytes += size;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - since);
    result_.latencies_us.push_back(static_cast<std::uint32_t>(took.count()));
  }
  over_ = options_.requests == 0 && now >= counts_until_;
  if (options_.rate > 0) return resting_.push_back(index);
  if (options_.connection_each) {
    client.socket.reset();
    if (more()) begin(index);
  } else if (more()) {
    send(client, Clock::now());
  }
}

void Loop::read(std::size_t index) {
  Client& client = clients_[index];
  const ssize_t size = ::recv(client.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) throw std::runtime_error("the connection was closed instead of an answer");
  const auto now = Clock::now();
  std::string_view rest(scratch_.data(), static_cast<std::size_t>(size));
  if (!client.received.empty()) {
    client.received.append(rest);
    rest = client.received;
  }
  std::string kept;
  while (!rest.empty()) {
    const std::size_t answer = protocol_.answer_size(rest);
    if (answer == 0) break;
    rest.remove_prefix(answer);
    if (options_.connection_each) {  // the next connection knows nothing of this one
      client.received.clear();
      return answered(index, now, answer);
    }
    answered(index, now, answer);
  }
  kept.assign(rest);
  client.received.swap(kept);
}

// What is late because nobody was free counts as sent when it was due.
void Loop::send_due() {
  while (!resting_.empty() && more()) {
    const auto due = started_ + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(static_cast<double>(sent_) / options_.rate));
    if (Clock::now() < due) return;
    const std::size_t index = resting_.front();
    resting_.pop_front();
    send(clients_[index], due);
  }
}

int Loop::wait(std::span<epoll_event> events) {
  constexpr timespec kSoon{.tv_sec = 0, .tv_nsec = 20'000};
  const int size = static_cast<int>(events.size());
  if (options_.rate > 0) return ::epoll_pwait2(epoll_.get(), events.data(), size, &kSoon, nullptr);
  const int ready = ::epoll_wait(epoll_.get(), events.data(), size, kAnswerPatienceMs);
  if (ready == 0) throw std::runtime_error("no answer for 10 s");
  return ready;
}

LoopResult Loop::run() {
  epoll_ = Socket(::epoll_create1(EPOLL_CLOEXEC));
  if (epoll_.get() < 0) throw std::runtime_error("epoll_create1");
  started_ = Clock::now();
  counts_from_ = started_;
  if (options_.requests == 0) {
    counts_from_ += options_.warm_up;
    counts_until_ = counts_from_ + options_.time;
  }
  for (std::size_t index = 0; index < clients_.size() && more(); ++index) begin(index);
  std::array<epoll_event, 256> events{};
  while ((waiting_ > 0 || (options_.rate > 0 && more())) && !over_) {
    if (options_.rate > 0) send_due();
    const int ready = wait(events);
    for (int i = 0; i < ready; ++i) read(events[static_cast<std::size_t>(i)].data.u64);
  }
  result_.took = options_.requests == 0 ? options_.time : Clock::now() - started_;
  return std::move(result_);
}

}  // namespace

LoopResult run_closed_loop(const LoopOptions& options, const Protocol& protocol) {
  return Loop(options, protocol).run();
}

std::uint32_t percentile(std::vector<std::uint32_t>& values, double percent) {
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace suara::bench
