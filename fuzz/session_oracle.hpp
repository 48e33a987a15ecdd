// What any client of the directory may count on, checked from outside: one answer for each request, of its kind and in
// order, none before what it tells of is durable, and every change of a subscriber's network exactly once.
#pragma once

#include "common/store/store_view.hpp"
#include "common/wire/bootstrap_messages.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/line_framer.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace suara::fuzz {

/// One connection, watched from its beginning to its end.
class SessionOracle {
 public:
  /// `durable`: what is on the disk whenever taken() is called.
  explicit SessionOracle(const store::StoreView& durable) : durable_(durable) {}

  /// These bytes are about to be sent by the client.
  void sending(std::string_view bytes);
  /// These bytes came from the server, which has closed the connection after them or not.
  void taken(std::string_view bytes, bool closed);
  /// Nothing is on its way any more: every request has been answered and every change told.
  void settled() const;

 private:
  enum class Expected : std::uint8_t {
    kRegistered,
    kPeers,
    kRemoved,
    kSubscribed,
    kInspected,
    kPong,
    kClassicText,   // "Peer ..."
    kClassicPeers,  // an array
    kClosing,       // no line: the server closes
    kError,
    kFatalError,  // and the server closes
  };
  struct Subscription {
    std::string network;
    std::uint64_t first = 0;  // all changes after this revision are told
    std::uint64_t last = 0;   // told so far
    std::string told;         // as they came
  };

  static Expected expected_of(const wire::BootstrapRequest& request);
  void line(const std::string& text);
  void answered(Expected expected, const std::string& text, const std::optional<wire::BootstrapReply>& reply);
  void event(const wire::BootstrapReply& reply, const std::string& text);

  const store::StoreView& durable_;
  wire::LineFramer requests_{wire::LineFramer::Mode::kLineOrObject, wire::kMaxUntrustedLineSizeBytes};
  std::string unfinished_;  // line of the server
  std::deque<Expected> expected_;
  std::deque<wire::Subscribe> subscribing_;
  std::optional<Subscription> subscription_;
  bool deaf_ = false;      // nothing the client sends is read any more
  bool told_why_ = false;  // the last answer was an error after which a connection may end
  bool closed_ = false;
};

}  // namespace suara::fuzz
