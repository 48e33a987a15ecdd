// An HTTP exchange as values, so that routing and rendering need no server.
#pragma once

#include "common/util/bytes.hpp"
#include "common/wire/node_command.hpp"

#include <string>
#include <variant>
#include <vector>

namespace suara::api {

struct Request {
  std::string method;  ///< "GET", "POST", ...
  std::string path;    ///< decoded, without query
  std::string query;   ///< raw, without '?'
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// A well-formed POST of transactions: the caller submits each and renders what became of them.
struct Submission {
  std::vector<Bytes> transactions;  ///< canonical encodings, not yet decoded; at least one
  bool batch = false;               ///< `transactions`, answered with a list of results
};

/// A well-formed command of the operator, signed or not: the core decides, the caller renders what came of it.
struct Command {
  wire::NodeCommand command;
};

/// A request for the stream of tips: the caller keeps writing to it.
struct Subscription {};

/// A request for metrics: the caller knows most of them.
struct Scrape {};

using Answer = std::variant<Response, Submission, Command, Subscription, Scrape>;

}  // namespace suara::api
