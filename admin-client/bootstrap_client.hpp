// One question to a bootstrap server, and its answer.
#pragma once

#include "common/client/program.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <string>
#include <vector>

namespace suara::admin {

/// The servers named by --bootstrap, or the default one. Throws Failure kUsage.
std::vector<wire::Address> bootstrap_servers(const client::Invocation& invocation);

/// --network: an id in lower-case hex, "dev" for the built-in one's, "" (the classic peers' network) when absent.
std::string network_name(const client::Invocation& invocation);

/// ADDR of the command line. Throws Failure kUsage.
wire::Address address_word(const client::Invocation& invocation);

/// Dials, asks, takes one answer, hangs up. Throws Failure: kUnavailable without an answer, kRefused for an ErrorReply.
wire::BootstrapReply ask(const wire::Address& server, const wire::BootstrapRequest& request);

}  // namespace suara::admin
