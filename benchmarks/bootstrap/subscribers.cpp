#include "benchmarks/bootstrap/subscribers.hpp"

#include "benchmarks/bootstrap/protocol.hpp"
#include "benchmarks/bootstrap/sockets.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>

namespace suara::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSizeBytes = 256 * 1024;
constexpr std::chrono::seconds kPatience{10};

class Joins {
 public:
  explicit Joins(const JoinOptions& options)
      : options_(options),
        register_(protocol_named("register", options.first, 0)),
        told_(options.joins),
        sent_(options.joins),
        scratch_(kReadSizeBytes) {}

  JoinResult run();

 private:
  struct Subscriber {
    Socket socket;
    std::string partial;      // a line that has not come whole
    std::uint64_t heard = 0;  // joins, which arrive in order
  };

  void subscribe_all();
  void pump(std::chrono::milliseconds longest);
  void read(Subscriber& subscriber);
  void take_line(Subscriber& subscriber, std::string_view line, Clock::time_point now);
  void join();

  const JoinOptions& options_;
  const Protocol register_;
  std::vector<Subscriber> subscribers_;
  std::vector<std::uint64_t> told_;  // by join
  std::vector<Clock::time_point> sent_;
  std::vector<char> scratch_;
  std::uint64_t joined_ = 0;
  std::uint64_t complete_ = 0;  // joins everybody has been told of
  Socket joiner_;
  Socket epoll_;
  JoinResult result_;
};

void Joins::subscribe_all() {
  subscribers_.resize(options_.subscribers);
  std::array<char, 1024> answer{};
  for (std::size_t i = 0; i < subscribers_.size(); ++i) {
    Socket& socket = subscribers_[i].socket;
    socket = connect_to(options_.port);
    send_all(socket.get(), "{\"type\":\"SUBSCRIBE\",\"payload\":{}}\n");
    const ssize_t size = ::recv(socket.get(), answer.data(), answer.size(), 0);
    if (size <= 0 || answer[static_cast<std::size_t>(size) - 1] != '\n') throw std::runtime_error("cannot subscribe");
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0) throw std::runtime_error("epoll_ctl");
  }
}

void Joins::take_line(Subscriber& subscriber, std::string_view line, Clock::time_point now) {
  if (line.find("\"PEER_JOINED\"") == std::string_view::npos || subscriber.heard >= joined_) return;
  const std::string address = "\"" + address_of(options_.first + subscriber.heard) + "\"";
  if (line.find(address) == std::string_view::npos) throw std::runtime_error("out of order: " + std::string(line));
  const std::uint64_t join = subscriber.heard++;
  if (++told_[join] < subscribers_.size()) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now - sent_[join]);
  result_.last_told_us.push_back(static_cast<std::uint32_t>(took.count()));
  ++complete_;
}

void Joins::read(Subscriber& subscriber) {
  const ssize_t size = ::recv(subscriber.socket.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    ++result_.subscribers_lost;
    return subscriber.socket.close();
  }
  const auto now = Clock::now();
  std::string_view rest(scratch_.data(), static_cast<std::size_t>(size));
  std::string joined_up;
  if (!subscriber.partial.empty()) {
    joined_up = std::move(subscriber.partial.append(rest));
    subscriber.partial.clear();
    rest = joined_up;
  }
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    take_line(subscriber, rest.substr(0, end), now);
    rest.remove_prefix(end + 1);
  }
  subscriber.partial.assign(rest);
}

void Joins::pump(std::chrono::milliseconds longest) {
  std::array<epoll_event, 1024> events{};
  const int ready =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(longest.count()));
  for (int i = 0; i < ready; ++i) {
    const std::size_t index = events[static_cast<std::size_t>(i)].data.u64;
    if (index < subscribers_.size()) {
      read(subscribers_[index]);
    } else if (::recv(joiner_.get(), scratch_.data(), scratch_.size(), MSG_DONTWAIT) == 0) {
      throw std::runtime_error("who joins was disconnected");
    }
  }
}

void Joins::join() {
  sent_[joined_] = Clock::now();
  send_all(joiner_.get(), register_.request(joined_++));
}

JoinResult Joins::run() {
  epoll_ = Socket(::epoll_create1(EPOLL_CLOEXEC));
  subscribe_all();
  joiner_ = connect_to(options_.port);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = subscribers_.size()}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, joiner_.get(), &event) != 0) throw std::runtime_error("epoll_ctl");

  const auto started = Clock::now();
  auto give_up = started + kPatience;
  while (complete_ < options_.joins && Clock::now() < give_up) {
    const auto due = started + static_cast<std::int64_t>(joined_) * options_.every;
    const bool may = options_.every.count() == 0 ? joined_ == complete_ : Clock::now() >= due;
    if (joined_ < options_.joins && may) {
      join();
      give_up = Clock::now() + kPatience;
    }
    pump(std::chrono::milliseconds(1));
  }
  result_.missing = options_.joins * subscribers_.size();
  for (const std::uint64_t told : told_) result_.missing -= told;
  return std::move(result_);
}

}  // namespace

JoinResult run_joins(const JoinOptions& options) { return Joins(options).run(); }

}  // namespace suara::bench
