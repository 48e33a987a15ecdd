// The union of several servers' lists, page by page: no more than a page of each is held. All servers page through
// their rows in one order (proto-docs/bootstrap.md, GET_PEERS), so a row that one of them has passed by is one it
// lacks.
#pragma once

#include "common/util/result.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace suara::admin {

enum class MergeError {
  kOutOfOrder,  ///< a page whose rows do not ascend; also a server that would send its pages round in circles
};
ErrorText describe(MergeError error);

struct ListedPeer {
  wire::PeerEntry entry;             ///< as the server tells it that heard of the peer last
  std::vector<std::size_t> lacking;  ///< numbers of the servers that were asked and do not have it
};

class PeerMerge {
 public:
  explicit PeerMerge(std::size_t servers) : servers_(servers) {}

  /// The page to ask this server for, as GetPeers::after; nullopt while its rows do, or when there is none.
  [[nodiscard]] std::optional<std::string> wanted(std::size_t server) const;
  /// The page that was wanted.
  Result<void> add(std::size_t server, wire::Peers page);
  /// It has failed: the rows it has told count, and it is not said to lack any further one.
  void drop(std::size_t server);

  /// The next row of the union; nullopt while a page is wanted, and at the end.
  std::optional<ListedPeer> next();

 private:
  struct Row {
    std::string order;
    wire::PeerEntry entry;
  };
  struct Server {
    std::optional<std::string> cursor = "";  // nullopt: its last page is here
    std::deque<Row> rows;
    std::string last_order;
    bool dropped = false;
  };
  std::vector<Server> servers_;
};

}  // namespace suara::admin
