#include "peer-node/p2p/bootstrap_servers.hpp"

#include "peer-node/p2p/address_row.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::p2p {
namespace {

bool is_past(std::uint64_t since_ms, milliseconds lasts, Now now) {
  return to_unix_ms(now.wall) > since_ms + static_cast<std::uint64_t>(lasts.count());
}

}  // namespace

BootstrapServers::BootstrapServers(std::span<const wire::Address> configured, MakeClient make)
    : make_(std::move(make)) {
  for (const wire::Address& server : configured) {
    if (!knows(server)) clients_.push_back(make_(server, BootstrapClient::Standing::kConfigured));
  }
}

void BootstrapServers::load(const store::StoreView& view) {
  view.scan(node_store::kAddresses, kServerKeyPrefix, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(kServerKeyPrefix)) return false;
    const auto server = server_of_key(key);
    const auto row = decode_server_row(value);
    if (!server || !row || knows(*server)) return true;
    clients_.push_back(make_(*server, BootstrapClient::Standing::kLearnt));
    learnt_[*server] = {row->named_ms, row->answered_ms};
    return learnt_.size() < kMaxLearntServers;
  });
}

BootstrapClient* BootstrapServers::dialing(DialId dial) {
  const auto found = std::ranges::find_if(clients_, [&](const auto& client) { return client.dial() == dial; });
  return found == clients_.end() ? nullptr : &*found;
}

BootstrapClient* BootstrapServers::connected(ConnectionId connection) {
  const auto found =
      std::ranges::find_if(clients_, [&](const auto& client) { return client.connection() == connection; });
  return found == clients_.end() ? nullptr : &*found;
}

std::vector<wire::Address> BootstrapServers::learn(std::span<const wire::Address> others, Now now) {
  std::vector<wire::Address> news;
  for (const wire::Address& server : others) {
    if (learnt_.size() >= kMaxLearntServers) break;
    if (knows(server)) continue;
    clients_.push_back(make_(server, BootstrapClient::Standing::kLearnt));
    learnt_[server].named_ms = to_unix_ms(now.wall);
    unsaved_.insert(server);
    news.push_back(server);
  }
  return news;
}

void BootstrapServers::answered(const BootstrapClient& client, Now now) {
  const auto learnt = learnt_.find(client.server());
  if (learnt == learnt_.end()) return;
  const bool was_never = learnt->second.answered_ms == 0;
  if (!was_never && !is_past(learnt->second.answered_ms, kServerAnswerNoted, now)) return;
  learnt->second.answered_ms = to_unix_ms(now.wall);
  unsaved_.insert(client.server());
}

std::vector<wire::Address> BootstrapServers::give_up(Now now) {
  const bool any_answers = std::ranges::any_of(
      clients_, [](const auto& client) { return client.state() == BootstrapClient::State::kReachable; });
  std::vector<wire::Address> gone;
  if (!any_answers) return gone;
  for (const auto& [server, learnt] : learnt_) {
    const bool ever = learnt.answered_ms != 0;
    if (is_past(ever ? learnt.answered_ms : learnt.named_ms, ever ? kLearntServerKept : kUnansweredServerKept, now)) {
      gone.push_back(server);
    }
  }
  std::erase_if(gone, [&](const wire::Address& server) {
    // One that is being dialed or connected is decided on when that has ended.
    return std::ranges::any_of(clients_, [&](const auto& client) {
      return client.server() == server && (client.dial() || client.connection());
    });
  });
  for (const wire::Address& server : gone) {
    clients_.remove_if([&](const auto& client) { return client.server() == server; });
    learnt_.erase(server);
    unsaved_.insert(server);
  }
  return gone;
}

store::WriteBatch BootstrapServers::flush() {
  store::WriteBatch batch;
  for (const wire::Address& server : unsaved_) {
    const auto learnt = learnt_.find(server);
    if (learnt == learnt_.end()) {
      batch.remove(node_store::kAddresses, server_key(server));
    } else {
      batch.put(node_store::kAddresses, server_key(server),
                encode(ServerRow{learnt->second.named_ms, learnt->second.answered_ms}));
    }
  }
  unsaved_.clear();
  return batch;
}

bool BootstrapServers::knows(const wire::Address& server) const {
  return std::ranges::any_of(clients_, [&](const auto& client) { return client.server() == server; });
}

}  // namespace suara::p2p
