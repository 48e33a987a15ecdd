#include "admin-client/peer_merge.hpp"

#include "common/crypto/sha256.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"

namespace suara::admin {
namespace {

constexpr std::size_t kHashSizeBytes = 8;

/// Ascends in the order of pages: the unnamed network first, then by network id, by hash of the address, by address.
std::string order_of(const wire::PeerEntry& entry) {
  const std::string address = entry.address.text();
  const auto hash = sha256(as_bytes(address));
  // Hex sorts like the bytes; the zero byte puts the unnamed network first.
  return entry.network + '\0' + std::string(as_text(hash.view().first(kHashSizeBytes))) + address;
}

/// Which of two rows of one peer tells more recent news.
bool newer(const wire::PeerEntry& a, const wire::PeerEntry& b) { return a.lease_left_ms > b.lease_left_ms; }

}  // namespace

ErrorText describe(MergeError error) {
  switch (error) {
    case MergeError::kOutOfOrder: return {"out_of_order", "the pages of the list are not in order"};
  }
  CHECK(false);
}

std::optional<std::string> PeerMerge::wanted(std::size_t server) const {
  const auto& of = servers_[server];
  return of.dropped || !of.rows.empty() ? std::nullopt : of.cursor;
}

Result<void> PeerMerge::add(std::size_t server, wire::Peers page) {
  auto& to = servers_[server];
  for (auto& entry : page.peers) {
    auto order = order_of(entry);
    if (order <= to.last_order) return Error(MergeError::kOutOfOrder, entry.address.text());
    to.last_order = order;
    to.rows.push_back({std::move(order), std::move(entry)});
  }
  if (page.peers.empty() && page.next) return Error(MergeError::kOutOfOrder, "an empty page that is not the last");
  to.cursor = std::move(page.next);
  return {};
}

void PeerMerge::drop(std::size_t server) {
  servers_[server].dropped = true;
  servers_[server].cursor.reset();
}

std::optional<ListedPeer> PeerMerge::next() {
  const std::string* first = nullptr;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    if (wanted(i)) return std::nullopt;
    const auto& rows = servers_[i].rows;
    if (!rows.empty() && (first == nullptr || rows.front().order < *first)) first = &rows.front().order;
  }
  if (first == nullptr) return std::nullopt;
  const std::string order = *first;
  std::optional<ListedPeer> listed;
  std::vector<std::size_t> lacking;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    auto& server = servers_[i];
    if (server.rows.empty() || server.rows.front().order != order) {
      if (!server.dropped) lacking.push_back(i);
      continue;
    }
    auto& entry = server.rows.front().entry;
    if (!listed) {
      listed = ListedPeer{std::move(entry), {}};
    } else if (newer(entry, listed->entry)) {
      listed->entry = std::move(entry);
    }
    server.rows.pop_front();
  }
  listed->lacking = std::move(lacking);
  return listed;
}

}  // namespace suara::admin
