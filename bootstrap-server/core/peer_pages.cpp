#include "bootstrap-server/core/peer_pages.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/peer_entries.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/util/hex.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace suara::directory {
namespace {

// Rows of a page, on average, when its network is divided into pages; divided anew when they are far from it.
constexpr std::uint64_t kRowsPerPage = 64;
constexpr std::uint64_t kFewestRowsPerPage = kRowsPerPage / 4;
constexpr std::uint64_t kMostRowsPerPage = kRowsPerPage * 2;
constexpr std::size_t kTooManyRowsForPage = kRowsPerPage * 4;

// What an entry costs beside its text, and a page or network beside its entries.
constexpr std::size_t kEntryOverheadBytes = 192;
constexpr std::size_t kPageOverheadBytes = 512;

unsigned bits_for(std::uint64_t rows) { return static_cast<unsigned>(std::bit_width(rows / kRowsPerPage)); }

bool fits(std::uint64_t rows, unsigned bits) {
  return rows >> bits <= kMostRowsPerPage && (bits == 0 || rows >> bits >= kFewestRowsPerPage);
}

std::string_view prefix_of(std::string_view key) { return key.substr(0, 1U + static_cast<unsigned char>(key.front())); }

std::uint64_t hash_of(std::string_view key) { return u64_of(key.substr(prefix_of(key).size())); }

std::uint64_t page_of(std::uint64_t hash, unsigned bits) { return bits == 0 ? 0 : hash >> (64 - bits); }

// Digits and comma of a lease, and what stands around the entries.
constexpr std::size_t kLeaseSizeBytes = 20;
constexpr std::size_t kFrameSizeBytes = 128;

bool has_room(const wire::PeerListWriter& out, std::size_t size_bytes) {
  return out.size_bytes() + size_bytes + kLeaseSizeBytes <= kMaxAnswerSizeBytes;
}

}  // namespace

// ---- writes ------------------------------------------------------------------------------------------------

void PeerPages::apply(const store::WriteBatch& batch) {
  for (const store::Write& write : batch.writes()) {
    if (write.family != kPeers && write.family != kNetworks) continue;
    const auto network = networks_.find(prefix_of(write.key));
    if (network == networks_.end()) continue;
    if (write.family == kNetworks) {
      network->second.rows.reset();
      continue;
    }
    const auto found = network->second.pages.find(page_of(hash_of(write.key), network->second.bits));
    if (found == network->second.pages.end()) continue;
    update(found->second, write);
    if (found->second.entries.size() <= kTooManyRowsForPage) continue;
    drop_pages(network->second);  // it grows, and nobody asks for it
    networks_.erase(network);
  }
  make_room();
}

void PeerPages::update(Page& page, const store::Write& write) {
  auto at = page.entries.begin();
  std::size_t text_at = 0;
  if (!page.entries.empty() && page.entries.back().key < write.key) {  // as always while it is being loaded
    at = page.entries.end();
    text_at = page.text.size();
  }
  for (; at != page.entries.end() && at->key < write.key; ++at) text_at += at->size_bytes;
  if (at != page.entries.end() && at->key == write.key) {
    page.text.erase(text_at, at->size_bytes);
    at = page.entries.erase(at);
  }
  if (write.value) {
    Row row = decode_row(write.key, *write.value);
    const std::uint64_t lease_ends_ms = row.lease_ends_ms;
    const wire::PeerText added = wire::encode_entry(entry_of(std::move(row), 0));
    page.text.insert(text_at, added.text);
    page.entries.insert(at, {write.key, added.text.size(), added.lease_at, lease_ends_ms});
  }
  count_size(page);
}

void PeerPages::count_size(Page& page) {
  size_bytes_ -= page.size_bytes;
  page.size_bytes = kPageOverheadBytes + page.entries.size() * kEntryOverheadBytes + page.text.size();
  size_bytes_ += page.size_bytes;
}

// ---- pages -------------------------------------------------------------------------------------------------

PeerPages::Networks::iterator PeerPages::network_of_rows(std::string_view name) {
  const std::string prefix = network_key(name);
  const auto network = networks_.try_emplace(prefix).first;
  Network& known = network->second;
  if (!known.rows) known.rows = count_rows(view_, name).rows;
  if (!fits(*known.rows, known.bits) || *known.rows > kMaxPagedRows) {
    drop_pages(known);
    known.bits = bits_for(*known.rows);
  }
  return network;
}

const PeerPages::Page& PeerPages::page(Networks::iterator network, std::uint64_t index) {
  const auto [at, fresh] = network->second.pages.try_emplace(index);
  Page& page = at->second;
  if (!fresh) return page;
  count_size(page);
  page.loaded = ++loads_;
  by_age_.emplace(page.loaded, std::pair(network->first, index));
  const unsigned bits = network->second.bits;
  const std::string& prefix = network->first;
  view_.scan(kPeers, prefix + u64_key(bits == 0 ? 0 : index << (64 - bits)),
             [&](std::string_view key, std::string_view value) {
               if (!key.starts_with(prefix) || page_of(hash_of(key), bits) != index) return false;
               update(page, {kPeers, std::string(key), std::string(value)});
               return true;
             });
  return page;
}

void PeerPages::drop_pages(Network& network) {
  for (const auto& [index, page] : network.pages) {
    size_bytes_ -= page.size_bytes;
    by_age_.erase(page.loaded);
  }
  network.pages.clear();
}

void PeerPages::make_room() {
  while (size_bytes_ > kMaxPagesSizeBytes) {
    const auto oldest = by_age_.begin();
    const auto network = networks_.find(oldest->second.first);
    const auto page = network->second.pages.find(oldest->second.second);
    size_bytes_ -= page->second.size_bytes;
    network->second.pages.erase(page);
    if (network->second.pages.empty()) networks_.erase(network);
    by_age_.erase(oldest);
  }
}

// ---- samples -----------------------------------------------------------------------------------------------

void PeerPages::sample(std::string_view name, std::size_t limit, std::uint64_t now_ms, Rng& rng,
                       wire::PeerListWriter& out) {
  const auto network = network_of_rows(name);
  const std::uint64_t rows = *network->second.rows;
  const std::uint64_t start = rows > limit ? rng.next() : 0;
  if (rows > kMaxPagedRows) {
    const std::string prefix = network->first;
    networks_.erase(network);
    return sample_store(prefix, start, limit, now_ms, out);
  }
  sample_pages(network, start, limit, now_ms, out);
  make_room();
}

void PeerPages::sample_pages(Networks::iterator network, std::uint64_t start, std::size_t limit, std::uint64_t now_ms,
                             wire::PeerListWriter& out) {
  const unsigned bits = network->second.bits;
  const std::uint64_t pages = std::uint64_t{1} << bits;
  const std::uint64_t first = page_of(start, bits);
  const std::string from = network->first + u64_key(start);
  const std::uint64_t answered = std::min<std::uint64_t>(*network->second.rows, limit);
  bool fresh = true;  // entries are much of a size: the first one tells how long the answer will be
  // The first page is visited twice: its rows from the starting place on, and last those before it.
  for (std::uint64_t visit = 0; visit <= pages; ++visit) {
    const Page& rows = page(network, (first + visit) & (pages - 1));
    std::size_t text_at = 0;
    for (const Entry& entry : rows.entries) {
      const std::size_t begins_at = std::exchange(text_at, text_at + entry.size_bytes);
      if (visit == 0 && entry.key < from) continue;
      if (visit == pages && entry.key >= from) return;
      if (limit == 0 || !has_room(out, entry.size_bytes)) return;
      if (fresh) out.reserve(kFrameSizeBytes + answered * (entry.size_bytes + kLeaseSizeBytes));
      fresh = false;
      const std::string_view text = std::string_view(rows.text).substr(begins_at, entry.size_bytes);
      out.add(text, entry.lease_at, lease_left_ms(entry.lease_ends_ms, now_ms));
      --limit;
    }
    if (limit == 0) return;
  }
}

void PeerPages::sample_store(const std::string& prefix, std::uint64_t start, std::size_t limit, std::uint64_t now_ms,
                             wire::PeerListWriter& out) const {
  bool full = limit == 0;
  const auto collect = [&](const std::string& from, const std::string& until) {
    view_.scan(kPeers, from, [&](std::string_view key, std::string_view value) {
      if (!key.starts_with(prefix) || (!until.empty() && key >= until)) return false;
      full = !has_room(out, kMaxEntrySizeBytes);
      if (full) return false;
      out.add(entry_of(decode_row(key, value), now_ms));
      full = --limit == 0;
      return !full;
    });
  };
  const std::string from = prefix + u64_key(start);
  if (!full) collect(from, {});
  if (!full) collect(prefix, from);
}

}  // namespace suara::directory
