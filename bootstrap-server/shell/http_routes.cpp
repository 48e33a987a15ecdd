#include "bootstrap-server/shell/http_routes.hpp"

#include "bootstrap-server/shell/version.hpp"
#include "common/crypto/sha256.hpp"
#include "common/util/excerpt.hpp"
#include "common/util/hex.hpp"
#include "common/wire/bootstrap_members.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <map>

namespace suara::directory {
namespace {

namespace json = boost::json;
using shell::http_error;
using shell::HttpResponse;

HttpResponse json_response(const json::object& object) {
  return {200, "application/json", json::serialize(object) + "\n"};
}

HttpResponse bad_parameter(const std::string& message) { return http_error(400, "bad_parameter", message); }

using Query = std::map<std::string, std::string, std::less<>>;

// name=value pairs; all values we take are hexadecimal or decimal, so nothing is percent-decoded.
Query parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (pair.empty()) continue;
    query[std::string(pair.substr(0, equals))] = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
  }
  return query;
}

HttpResponse list_peers(std::string_view text, const HttpContext& context) {
  wire::GetPeers request{true, "", 0, ""};
  for (const auto& [name, value] : parse_query(text)) {
    if (name == "network") {
      const auto network = NetworkId::from_hex(value);
      if (!network && !value.empty()) return bad_parameter("network is 64 hexadecimal digits, or empty");
      request.network = network ? network->hex() : "";
    } else if (name == "limit") {
      const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), request.limit);
      if (failure != std::errc{} || end != value.data() + value.size() || request.limit == 0 ||
          request.limit > wire::kMaxPeersPerAnswer) {
        return bad_parameter("limit is a number from 1 to " + std::to_string(wire::kMaxPeersPerAnswer));
      }
    } else if (name == "after") {
      if (!from_hex(value)) return bad_parameter("after is the `next` of the previous page");
      request.after = value;
    } else {
      return bad_parameter("no parameter is called " + excerpt(name) + "; there are network, limit, after");
    }
  }
  json::object page = wire::peers_object(context.server.list_peers(request, context.now));
  if (!page.contains("next")) page["next"] = nullptr;
  return json_response(page);
}

HttpResponse show_stats(const HttpContext& context) {
  const Stats stats = context.server.stats();
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(context.now.instant - context.started);
  return json_response({{"peers", stats.peers},
                        {"revision", stats.revision},
                        {"connections", stats.connections},
                        {"subscriptions", stats.subscriptions},
                        {"batches_in_flight", stats.batches_in_flight},
                        {"accepted", context.network.accepted},
                        {"refused_total_bound", context.network.refused_total_bound},
                        {"refused_address_bound", context.network.refused_address_bound},
                        {"notified", context.network.notified},
                        {"notify_failed", context.network.notify_failed},
                        {"notify_dropped", context.network.notify_dropped},
                        {"version", kVersion},
                        {"uptime_ms", uptime.count()},
                        {"time_ms", to_unix_ms(context.now.wall)}});
}

}  // namespace

HttpResponse answer_http(const shell::HttpRequest& request, const HttpContext& context) {
  constexpr std::string_view kRoutes = "/livez, /readyz, /v1/peers, /v1/stats";
  const bool known = request.path == "/livez" || request.path == "/readyz" || request.path == "/v1/peers" ||
                     request.path == "/v1/stats";
  if (!known) return http_error(404, "unknown_route", "there are " + std::string(kRoutes));
  if (request.method != "GET" && request.method != "HEAD") return http_error(405, "method_not_allowed", "use GET");
  if (request.path == "/v1/peers") return list_peers(request.query, context);
  if (request.path == "/v1/stats") return show_stats(context);
  if (request.path == "/readyz" && !context.ready)
    return http_error(503, "shutting_down", "the server is shutting down");
  return {200, "text/plain", "ok\n"};
}

}  // namespace suara::directory
