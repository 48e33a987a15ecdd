#include "bootstrap-server/shell/http_routes.hpp"

#include "bootstrap-server/shell/metrics_page.hpp"
#include "bootstrap-server/shell/version.hpp"
#include "common/crypto/sha256.hpp"
#include "common/shell/metrics.hpp"
#include "common/util/excerpt.hpp"
#include "common/util/hex.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
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
  std::string page = context.server.list_peers(request, context.now);
  // The last member is `next`, a string, or `revision`, a number.
  if (!page.ends_with("\"}")) page.insert(page.size() - 1, ",\"next\":null");
  return {200, "application/json", page.append("\n")};
}

json::object requests_object(const RequestMeter& requests) {
  json::object kinds;
  for (std::size_t i = 0; i < kRequestKinds; ++i) {
    const auto kind = static_cast<RequestKind>(i);
    json::object results{{"ok", requests.of(kind).granted}};
    for (const auto& [code, count] : requests.of(kind).refused) results[code] = count;
    kinds[text_of(kind)] = std::move(results);
  }
  return kinds;
}

HttpResponse show_stats(std::string_view, const HttpContext& context) {
  const Stats stats = context.server.stats();
  const json::object states{{"verified", stats.peers_verified},
                            {"unverified", stats.peers_unverified},
                            {"unchecked", stats.peers_unchecked},
                            {"unlisted", stats.peers_unlisted}};
  json::object removals;
  for (std::size_t i = 0; i < wire::kLeaveReasons; ++i) {
    removals[wire::text_of(static_cast<wire::LeaveReason>(i))] = stats.removed[i];
  }
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(context.now.instant - context.started);
  return json_response({{"peers", stats.peers},
                        {"peers_by_state", states},
                        {"networks_paused", stats.networks_paused},
                        {"revision", stats.revision},
                        {"connections", stats.connections},
                        {"subscriptions", stats.subscriptions},
                        {"batches_in_flight", stats.batches_in_flight},
                        {"disk_full", stats.disk_full},
                        {"limited_callers", stats.limited_callers},
                        {"registered", stats.registered},
                        {"renewed", stats.renewed},
                        {"removed", removals},
                        {"requests", requests_object(context.server.requests())},
                        {"accepted", context.network.accepted},
                        {"refused_total_bound", context.network.refused_total_bound},
                        {"displaced", context.network.displaced},
                        {"refused_address_bound", context.network.refused_address_bound},
                        {"notified", context.network.notified},
                        {"notify_failed", context.network.notify_failed},
                        {"notify_dropped", context.network.notify_dropped},
                        {"received_bytes", context.network.received_bytes},
                        {"sent_bytes", context.network.sent_bytes},
                        {"send_queue_bytes", context.send_queue_bytes},
                        {"version", kVersion},
                        {"uptime_ms", uptime.count()},
                        {"time_ms", to_unix_ms(context.now.wall)}});
}

HttpResponse show_readiness(std::string_view query, const HttpContext& context) {
  const std::vector<ReadinessCheck> checks = check_readiness(context.readiness);
  const auto failed = std::find_if(checks.begin(), checks.end(), [](const auto& check) { return !check.passed; });
  const bool ready = failed == checks.end();
  if (parse_query(query).contains("verbose")) {
    const std::string verdict = ready ? "ready\n" : "not ready\n";
    return {ready ? 200U : 503U, "text/plain", readiness_text(checks) + verdict};
  }
  if (ready) return {200, "text/plain", "ok\n"};
  return http_error(503, context.readiness.shutting_down ? "shutting_down" : "not_ready",
                    failed->name + ": " + failed->detail);
}

HttpResponse show_life(std::string_view, const HttpContext&) { return {200, "text/plain", "ok\n"}; }

HttpResponse show_metrics(std::string_view, const HttpContext& context) {
  return {200, std::string(shell::MetricsText::kContentType), metrics_page(context)};
}

struct Route {
  std::string_view path;
  HttpResponse (*answer)(std::string_view query, const HttpContext& context);
};
constexpr std::array<Route, 5> kRoutes{{
    {"/livez", show_life},
    {"/metrics", show_metrics},
    {"/readyz", show_readiness},
    {"/v1/peers", list_peers},
    {"/v1/stats", show_stats},
}};

}  // namespace

HttpResponse answer_http(const shell::HttpRequest& request, const HttpContext& context) {
  const auto route =
      std::find_if(kRoutes.begin(), kRoutes.end(), [&](const Route& one) { return one.path == request.path; });
  if (route == kRoutes.end()) {
    std::string paths;
    for (const Route& one : kRoutes) paths.append(paths.empty() ? "" : ", ").append(one.path);
    return http_error(404, "unknown_route", "there are " + paths);
  }
  if (request.method != "GET" && request.method != "HEAD") return http_error(405, "method_not_allowed", "use GET");
  return route->answer(request.query, context);
}

}  // namespace suara::directory
