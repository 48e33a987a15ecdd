// stats: what bootstrap servers count, from their HTTP interfaces, side by side.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "common/client/node_api.hpp"
#include "common/client/output.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;

constexpr std::uint16_t kDefaultPort = 4000;
constexpr const char* kDefaultHttpPort = ":4080";

/// --bootstrap-http, or the default port on the hosts of --bootstrap.
std::vector<std::string> http_urls(const client::Invocation& invocation) {
  auto urls = invocation.all("bootstrap-http");
  if (!urls.empty()) return urls;
  for (const auto& server : bootstrap_servers(invocation)) {
    if (server.port != kDefaultPort)
      throw client::usage_error("stats asks over HTTP: say --bootstrap-http http://HOST:PORT, the --http address of " +
                                server.text());
    const auto text = server.text();
    urls.push_back("http://" + text.substr(0, text.rfind(':')) + kDefaultHttpPort);
  }
  return urls;
}

using Values = std::vector<std::pair<std::string, std::string>>;

/// Members of members as "requests.get_peers"; durations and times for people.
void flatten(const json::object& object, const std::string& prefix, Values& values) {
  for (const auto& member : object) {
    const std::string name = prefix + std::string(member.key());
    if (const auto* inner = member.value().if_object()) {
      flatten(*inner, name + ".", values);
    } else if (name == "uptime_ms" || name == "time_ms") {
      const auto ms = client::number_at(object, member.key());
      values.emplace_back(name.substr(0, name.size() - 3),
                          name == "time_ms" ? client::utc_text(ms) : client::duration_text(ms));
    } else {
      values.emplace_back(name, client::cell(object, member.key()));
    }
  }
}

/// One column for each server; a name that only one of them knows has its row all the same.
void print_side_by_side(const std::vector<std::string>& urls, const std::vector<std::optional<json::object>>& answers) {
  std::vector<client::Table::Column> columns{{""}};
  std::vector<Values> told;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < urls.size(); ++i) {
    if (!answers[i]) continue;
    columns.push_back({urls[i], true});
    flatten(*answers[i], "", told.emplace_back());
    for (const auto& [name, value] : told.back())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (told.empty()) return;
  client::Table table(columns);
  for (const auto& name : names) {
    std::vector<std::string> cells{name};
    for (const auto& values : told) {
      const auto found = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
      cells.push_back(found == values.end() ? "-" : found->second);
    }
    table.add(std::move(cells));
  }
  table.print();
}

}  // namespace

Exit stats(const client::Invocation& invocation) {
  const auto urls = http_urls(invocation);
  std::vector<std::optional<json::object>> answers;
  auto outcome = Exit::kOk;
  for (const auto& url : urls) {
    try {
      client::NodeApi server(url, "--bootstrap-http is a bootstrap server's --http address");
      answers.emplace_back(server.require("/v1/stats"));
      if (invocation.json()) {
        json::object line{{"server", url}};
        for (const auto& member : *answers.back()) line.insert(member);
        client::print_json(line);
      }
    } catch (const Failure& failure) {
      if (urls.size() == 1 || failure.exit() == Exit::kUsage) throw;
      client::say(std::string("admin-client: ") + failure.what(), Severity::kError);
      answers.emplace_back();
      if (outcome == Exit::kOk) outcome = failure.exit();
    }
  }
  if (!invocation.json()) print_side_by_side(urls, answers);
  return outcome;
}

}  // namespace suara::admin
