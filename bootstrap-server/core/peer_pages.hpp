// Answers to GET_PEERS from memory: the rows of a network that is asked for, as the text they are answered with, in
// pages of neighbours. An answer is a run of rows from a random place on, as it would be if read from the store;
// reading and encoding them anew each time costs ten times what it takes to send them.
//
// Bounded: the page loaded longest ago goes when there are more than kMaxPagesSizeBytes. A network of more rows than
// kMaxPagedRows is read from the store, where almost every page would have to come from anyway. Every write passes
// through here before anybody can ask, so what is answered is never older than the store.
#pragma once

#include "bootstrap-server/store/row.hpp"
#include "common/store/store_view.hpp"
#include "common/util/rng.hpp"
#include "common/wire/peer_list.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suara::directory {

class PeerPages {
 public:
  /// `view` outlives this and shows each batch from its apply() on.
  explicit PeerPages(const store::StoreView& view) : view_(view) {}

  void apply(const store::WriteBatch& batch);

  /// All listed rows of a network, or a fair sample of `limit`: as many as follow a random place in an order nobody
  /// chose. At most about kMaxAnswerSizeBytes.
  void sample(std::string_view network, std::size_t limit, std::uint64_t now_ms, Rng& rng, wire::PeerListWriter& out);

  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }

 private:
  struct Entry {
    std::string key;
    std::size_t size_bytes = 0;  // of its text
    std::size_t lease_at = 0;    // in its text
    std::uint64_t lease_ends_ms = 0;
  };
  struct Page {
    std::uint64_t loaded = 0;  // its key in by_age_
    std::size_t size_bytes = 0;
    std::vector<Entry> entries;  // by key
    std::string text;            // theirs, one after the other: an answer goes through it in one sweep
  };
  struct Network {
    std::optional<std::uint64_t> rows;  // as counted; unknown after a write
    unsigned bits = 0;                  // of a row's hash that number its page
    std::map<std::uint64_t, Page> pages;
  };
  using Networks = std::map<std::string, Network, std::less<>>;

  Networks::iterator network_of_rows(std::string_view network);
  const Page& page(Networks::iterator network, std::uint64_t index);
  void sample_pages(Networks::iterator network, std::uint64_t start, std::size_t limit, std::uint64_t now_ms,
                    wire::PeerListWriter& out);
  void sample_store(const std::string& prefix, std::uint64_t start, std::size_t limit, std::uint64_t now_ms,
                    wire::PeerListWriter& out) const;
  void update(Page& page, const store::Write& write);
  void count_size(Page& page);
  void drop_pages(Network& network);
  void make_room();

  const store::StoreView& view_;
  Networks networks_;  // by network_key; those with a page
  std::map<std::uint64_t, std::pair<std::string, std::uint64_t>> by_age_;
  std::uint64_t loads_ = 0;
  std::size_t size_bytes_ = 0;
};

}  // namespace suara::directory
