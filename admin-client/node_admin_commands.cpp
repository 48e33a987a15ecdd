// node ban, unban, bans, disconnect, connect: what an operator tells a running node, signed with its admin key.
#include "admin-client/commands.hpp"
#include "admin-client/signing.hpp"
#include "common/client/files.hpp"
#include "common/client/node_api.hpp"
#include "common/client/output.hpp"
#include "common/wire/node_command.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <charconv>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::cell;
using client::Exit;
using client::number_at;

constexpr std::uint64_t kDefaultBanMs = 24ULL * 3600 * 1000;

std::uint64_t unit_ms(char unit) {
  constexpr std::uint64_t kSecond = 1000;
  switch (unit) {
    case 's': return kSecond;
    case 'm': return 60 * kSecond;
    case 'h': return 3600 * kSecond;
    case 'd': return 24 * 3600 * kSecond;
    default: return 0;
  }
}

/// --for: "90s", "30m", "24h", "7d", or "ever", which is 0.
std::uint64_t ban_duration_ms(const client::Invocation& invocation) {
  const auto text = invocation.find("for");
  if (!text) return kDefaultBanMs;
  if (*text == "ever") return 0;
  std::uint64_t count = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), count);
  const std::uint64_t unit = end + 1 == text->data() + text->size() ? unit_ms(*end) : 0;
  if (failure != std::errc{} || unit == 0 || count == 0 || count > wire::kMaxBanMs / unit) {
    throw client::usage_error("--for: \"" + *text +
                              "\" is no duration of at most ten years; write 90s, 30m, 24h, 7d or ever");
  }
  return count * unit;
}

json::object tell(const client::Invocation& invocation, wire::NodeCommand command) {
  const auto file = invocation.find("admin-key");
  if (!file) {
    throw client::usage_error(
        "a node obeys who holds its admin key: give --admin-key FILE, the admin.pem in its data folder");
  }
  const auto key = client::load_key(*file);
  client::NodeApi node(node_url(invocation));
  const auto network = NetworkId::from_hex(client::text_at(node.require("/v1/status"), "network"));
  if (!network) throw client::Failure(Exit::kUnavailable, "bad_answer", node.url() + " does not name its network");
  wire::sign(command, *network, key, sequence_now());
  return node.require_post("/v1/commands", json::parse(wire::encode(command)));
}

Exit show(const client::Invocation& invocation, const json::object& answer, const std::string& text) {
  if (invocation.json()) {
    client::print_json(answer);
  } else {
    client::print(text + "\n");
  }
  return Exit::kOk;
}

std::string ended_text(const json::object& answer) {
  const auto ended = number_at(answer, "connections_ended");
  return fmt::format("{} connection{} ended", ended, ended == 1 ? "" : "s");
}

}  // namespace

Exit node_ban(const client::Invocation& invocation) {
  wire::NodeCommand command{wire::NodeCommandKind::kBan,
                            invocation.words().front(),
                            ban_duration_ms(invocation),
                            invocation.find("reason").value_or(""),
                            {}};
  const auto answer = tell(invocation, command);
  const std::string until = command.for_ms == 0 ? "for good" : "for " + client::duration_text(command.for_ms);
  return show(invocation, answer, "banned " + command.subject + " " + until + "; " + ended_text(answer));
}

Exit node_unban(const client::Invocation& invocation) {
  const wire::NodeCommand command{wire::NodeCommandKind::kUnban, invocation.words().front(), 0, "", {}};
  return show(invocation, tell(invocation, command), command.subject + " is not banned any more");
}

Exit node_disconnect(const client::Invocation& invocation) {
  const wire::NodeCommand command{wire::NodeCommandKind::kDisconnect, invocation.words().front(), 0, "", {}};
  const auto answer = tell(invocation, command);
  return show(invocation, answer, ended_text(answer));
}

Exit node_connect(const client::Invocation& invocation) {
  const wire::NodeCommand command{wire::NodeCommandKind::kConnect, invocation.words().front(), 0, "", {}};
  const auto answer = tell(invocation, command);
  return show(invocation, answer, "connected to " + command.subject + ", node key " + cell(answer, "node_key"));
}

Exit node_bans(const client::Invocation& invocation) {
  client::NodeApi node(node_url(invocation));
  const auto answer = node.require("/v1/bans");
  if (invocation.json()) {
    client::print_json(answer);
    return Exit::kOk;
  }
  const auto bans = client::objects_at(answer, "bans");
  if (bans.empty()) {
    client::say("nobody is banned");
    return Exit::kOk;
  }
  client::Table table({{"subject"}, {"until"}, {"since"}, {"reason"}});
  for (const auto& ban : bans) {
    const auto* until = ban.if_contains("until_ms");
    const bool for_good = until == nullptr || until->is_null();
    table.add({cell(ban, "subject"), for_good ? "for good" : client::utc_text(number_at(ban, "until_ms")),
               client::utc_text(number_at(ban, "made_ms")), cell(ban, "reason")});
  }
  table.print();
  return Exit::kOk;
}

}  // namespace suara::admin
