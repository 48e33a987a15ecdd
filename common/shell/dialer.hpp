// One outgoing TCP connection: resolves the host (names asynchronously, literals and localhost at once), tries its
// addresses in order, all within one deadline.
#pragma once

#include "common/shell/network_error.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>

namespace suara::shell {

/// Called once, never from inside dial_tcp().
using DialCallback = std::function<void(Result<boost::asio::ip::tcp::socket>)>;

/// The socket comes non-blocking and with TCP_NODELAY.
void dial_tcp(boost::asio::io_context& io, const wire::Address& address, std::chrono::milliseconds deadline,
              DialCallback callback);

}  // namespace suara::shell
