// Host names to addresses, without holding anybody up.
//
// A look-up runs in getaddrinfo(3), which blocks for as long as a name server is silent and cannot be interrupted. So
// look-ups run on threads of the process that nobody joins: neither a reactor nor the process waits for them when it
// ends. One domain whose server is slow gets no more than its share of the threads.
#pragma once

#include "common/util/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace suara::shell {

/// Threads at most; they are started when there is work for them.
inline constexpr std::size_t kMaxLookUpThreads = 16;
/// Look-ups at a time of names that end in the same two labels; more wait, and let others pass.
inline constexpr std::size_t kMaxLookUpsPerDomain = 4;
/// Look-ups waiting; one more fails at once.
inline constexpr std::size_t kMaxQueuedLookUps = 1024;

/// The look-ups of one reactor, by NameLookUps::of(io). All members are called on its thread.
class NameLookUps : public boost::asio::execution_context::service {
 public:
  /// Called once, never from inside look_up(), not after cancel().
  using Callback = std::function<void(Result<std::vector<boost::asio::ip::address>>)>;

  static NameLookUps& of(boost::asio::io_context& io);

  /// Returns what cancel() takes.
  std::uint64_t look_up(const std::string& host, Callback callback);
  /// A look-up that has ended, or never began, is ignored.
  void cancel(std::uint64_t id);

  static boost::asio::execution_context::id id;
  explicit NameLookUps(boost::asio::execution_context& context);

  struct Inbox;

 private:
  void shutdown() override;
  void finish(std::uint64_t id, Result<std::vector<boost::asio::ip::address>> result);

  boost::asio::io_context& io_;
  std::shared_ptr<Inbox> inbox_;
  std::unordered_map<std::uint64_t, Callback> callbacks_;
  std::uint64_t last_id_ = 0;
};

}  // namespace suara::shell
