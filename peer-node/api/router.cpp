#include "peer-node/api/router.hpp"

#include "peer-node/api/api_error.hpp"
#include "peer-node/api/openapi.hpp"
#include "peer-node/api/routes.hpp"
#include "peer-node/api/submission.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <span>

namespace suara::api {
namespace {

Result<Answer> index_page(const NodeView&, std::string_view, const Query&);

Result<Answer> openapi(const NodeView&, std::string_view, const Query&) {
  return Answer(Response{.content_type = "application/yaml", .body = std::string(kOpenApi)});
}

/// What a POST to a route is.
enum class Post : std::uint8_t { kNone, kSubmission, kCommand };

struct Route {
  std::string_view path;  ///< "{}" stands for one segment
  Handler get;            ///< nullptr: no GET
  Post post = Post::kNone;
  bool needs_chain = false;
  std::span<const std::string_view> parameters;
  std::string_view summary;
};

constexpr std::span<const std::string_view> kNoParameters;
constexpr std::array<std::string_view, 1> kLimit{"limit"};
constexpr std::array<std::string_view, 2> kFromLimit{"from", "limit"};
constexpr std::array<std::string_view, 2> kAfterLimit{"after", "limit"};
constexpr std::array<std::string_view, 1> kVerbose{"verbose"};

constexpr std::array kRoutes{
    Route{"/v1/status", status, Post::kNone, false, kNoParameters, "the node at a glance"},
    Route{"/v1/peers", peers, Post::kNone, false, kNoParameters, "connected peers"},
    Route{"/v1/bans", bans, Post::kNone, false, kNoParameters, "who is banned here"},
    Route{"/v1/commands", nullptr, Post::kCommand, false, kNoParameters, "POST: an operator's signed command"},
    Route{"/v1/spec", spec, Post::kNone, true, kNoParameters, "the chain specification"},
    Route{"/v1/blocks", blocks, Post::kNone, true, kFromLimit, "the best chain, ascending"},
    Route{"/v1/blocks/{}", block, Post::kNone, true, kNoParameters, "one block, by id or height"},
    Route{"/v1/blocks/{}/encoded", encoded_block, Post::kNone, true, kNoParameters, "one block as its canonical bytes"},
    Route{"/v1/headers", headers, Post::kNone, true, kFromLimit, "the best chain's headers as bytes, ascending"},
    Route{"/v1/transactions", nullptr, Post::kSubmission, true, kNoParameters, "POST: submit signed transactions"},
    Route{"/v1/transactions/{}", transaction, Post::kNone, true, kNoParameters,
          "one transaction, with its inclusion proof"},
    Route{"/v1/mempool", waiting, Post::kNone, true, kLimit, "transactions that wait for a block"},
    Route{"/v1/elections", elections, Post::kNone, true, kAfterLimit, "elections with their tallies"},
    Route{"/v1/elections/{}", election, Post::kNone, true, kNoParameters, "one election with its tally"},
    Route{"/v1/elections/{}/votes", votes, Post::kNone, true, kAfterLimit, "its counted votes"},
    Route{"/v1/elections/{}/roll", roll, Post::kNone, true, kAfterLimit, "its enrolled voters"},
    Route{"/v1/events", events, Post::kNone, false, kNoParameters, "new tips as server-sent events"},
    Route{"/metrics", metrics, Post::kNone, false, kNoParameters, "numbers for Prometheus"},
    Route{"/livez", live, Post::kNone, false, kNoParameters, "is the process alive"},
    Route{"/readyz", ready, Post::kNone, false, kVerbose, "is the node synced"},
    Route{"/openapi.yaml", openapi, Post::kNone, false, kNoParameters, "this interface for machines"},
    Route{"/", index_page, Post::kNone, false, kNoParameters, "this page"},
};

Result<Answer> index_page(const NodeView&, std::string_view, const Query&) {
  std::string page =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Suara peer-node</title>"
      "<style>body{font:1em/1.5 sans-serif;margin:2em}td{padding:0 1.5em 0 0}</style>"
      "<h1>Suara peer-node</h1><table>";
  for (const Route& route : kRoutes) {
    const bool linkable = route.get != nullptr && route.path.find("{}") == std::string_view::npos;
    const std::string path =
        linkable ? fmt::format("<a href=\"{0}\">{0}</a>", route.path) : fmt::format("{}", route.path);
    page += fmt::format("<tr><td><code>{}</code><td>{}\n", path, route.summary);
  }
  page += "</table></html>\n";
  return Answer(Response{.content_type = "text/html; charset=utf-8", .body = std::move(page)});
}

/// The path's variable segment when it fits the pattern; empty for a pattern without one.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos) return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
  const std::string_view before = pattern.substr(0, hole);
  const std::string_view after = pattern.substr(hole + 2);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view segment = path.substr(before.size(), path.size() - before.size() - after.size());
  return segment.find('/') == std::string_view::npos ? std::optional(segment) : std::nullopt;
}

Result<Answer> follow(const Route& route, std::string_view parameter, const NodeView& node, const Request& request) {
  const bool is_get = request.method == "GET" || request.method == "HEAD";  // whose body the server leaves out
  if (is_get ? route.get == nullptr : !(route.post != Post::kNone && request.method == "POST")) {
    return Error(ApiError::kMethodNotAllowed,
                 route.post != Post::kNone ? "POST is what it knows" : "GET is what it knows");
  }
  const auto query = Query::parse(request.query, route.parameters);
  if (!query) return query.error();
  if (route.needs_chain && (node.chain == nullptr || node.mempool == nullptr)) return Error(ApiError::kNotReady);
  if (is_get) return route.get(node, parameter, *query);
  if (route.post == Post::kCommand) {
    auto command = wire::decode_node_command(request.body);
    if (!command) return Error(ApiError::kBadCommand, command.error().message());
    return Answer(Command{std::move(*command)});
  }
  auto submission = read_submission(request.body);
  if (!submission) return submission.error();
  return Answer(std::move(*submission));
}

}  // namespace

Answer answer(const NodeView& node, const Request& request) {
  for (const Route& route : kRoutes) {
    const auto parameter = match(route.path, request.path);
    if (!parameter) continue;
    auto result = follow(route, *parameter, node, request);
    return result ? std::move(*result) : Answer(error_response(result.error()));
  }
  return error_response(Error(ApiError::kUnknownRoute));
}

}  // namespace suara::api
