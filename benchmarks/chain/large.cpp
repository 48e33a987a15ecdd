// A chain that is high and full, on disk as peer-node would have it.
#include "benchmarks/chain/chain_maker.hpp"
#include "benchmarks/chain/clock.hpp"
#include "benchmarks/chain/durable_chain.hpp"
#include "benchmarks/chain/parts.hpp"
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace suara::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kBlockSizeBytes = 1'000'000;
constexpr std::uint64_t kCrowdedShare = 4;  // one vote in so many is in a full block
constexpr std::size_t kLastVotesPerBlock = 100;
// A little below what shell/rocks_options.cpp lets the logs grow to.
constexpr std::uintmax_t kFullLogBytes = 15 * 1024 * 1024;

std::string database_folder(const std::string& folder) { return folder + "/db"; }

// How many votes each block gets.
class Layout {
 public:
  Layout(std::uint64_t blocks, std::uint64_t votes, std::uint64_t votes_per_block)
      : blocks_(blocks),
        votes_per_block_(votes_per_block),
        full_(votes / kCrowdedShare / votes_per_block),
        spread_(votes - full_ * votes_per_block) {}

  // Of the next block.
  std::uint64_t next() {
    ++block_;
    const bool is_full = block_ < blocks_ && full_ > 0 && block_ % (blocks_ / (full_ + 1)) == 0 && given_full_ < full_;
    if (is_full) {
      ++given_full_;
      return votes_per_block_;
    }
    const std::uint64_t due = spread_ * block_ / blocks_ - given_;
    given_ += due;
    CHECK(due <= votes_per_block_);
    return due;
  }

 private:
  std::uint64_t blocks_;
  std::uint64_t votes_per_block_;
  std::uint64_t full_;
  std::uint64_t spread_;
  std::uint64_t block_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t given_full_ = 0;
};

// Every so many votes one line.
class Sample {
 public:
  Sample(const std::string& path, std::uint64_t votes)
      : file_(path), every_(std::max<std::uint64_t>(1, (votes + kSampledVotes - 1) / kSampledVotes)) {}

  void add(const chain::Block& block) {
    for (const ledger::Transaction& vote : block.transactions) {
      if (seen_++ % every_ != 0) continue;
      file_ << ledger::transaction_id(vote).hex() << ' ' << block.header.height << ' ' << block.transactions.size()
            << '\n';
    }
  }
  void close() {
    file_.close();
    if (!file_) throw std::runtime_error("the sample of votes cannot be written");
  }

 private:
  std::ofstream file_;
  std::uint64_t every_;
  std::uint64_t seen_ = 0;
};

void take(DurableChain& chain, const std::vector<chain::Block>& blocks) {
  std::vector<chain::Header> headers;
  headers.reserve(blocks.size());
  for (const chain::Block& block : blocks) headers.push_back(block.header);
  chain.take_headers(headers);
  for (const chain::Block& block : blocks) chain.take_body(block);
}

std::vector<chain::Block> next_blocks(ChainMaker& maker, chain::Header parent, Layout& layout, std::uint64_t count) {
  std::vector<chain::Block> blocks;
  std::vector<std::uint64_t> sizes;
  std::uint64_t votes = 0;
  for (std::uint64_t i = 0; i < count; ++i) votes += sizes.emplace_back(layout.next());
  const auto signed_votes = maker.signed_votes(votes);
  auto at = signed_votes.begin();
  for (const std::uint64_t size : sizes) {
    const auto end = at + static_cast<std::ptrdiff_t>(size);
    blocks.push_back(ChainMaker::of(parent, {at, end}));
    parent = blocks.back().header;
    at = end;
  }
  return blocks;
}

std::uintmax_t log_size_bytes(const std::string& folder) {
  std::uintmax_t size_bytes = 0;
  for (const auto& file : fs::directory_iterator(database_folder(folder))) {
    if (file.path().extension() == ".log") size_bytes += file.file_size();
  }
  return size_bytes;
}

}  // namespace

Figures make_large(const std::string& folder, std::uint64_t blocks, std::uint64_t votes) {
  if (blocks < 2) throw std::invalid_argument("a large chain has at least two blocks");
  const chain::ChainSpec spec = spec_with_blocks_of(kBlockSizeBytes);
  fs::create_directories(folder);
  std::ofstream(folder + "/genesis.json") << chain::canonical_json(spec);
  Sample sample(folder + "/votes.txt", votes);
  ChainMaker maker(spec);
  DurableChain chain(spec, database_folder(folder));
  const double began = wall_seconds();
  const chain::Block opening = maker.opening(chain::genesis_block(spec).header);
  take(chain, {opening});
  Layout layout(blocks - 1, votes, maker.votes_per_block());
  chain::Header last = opening.header;
  while (last.height < blocks) {
    const auto more =
        next_blocks(maker, last, layout, std::min<std::uint64_t>(chain::kMaxHeadersPerMessage, blocks - last.height));
    take(chain, more);
    for (const chain::Block& block : more) sample.add(block);
    last = more.back().header;
  }
  chain.settle();
  CHECK(chain.chain().tip().id == chain::block_id(last));
  sample.close();
  return {{"seconds", wall_seconds() - began}};
}

void fill_log(const std::string& folder) {
  const chain::ChainSpec spec = spec_with_blocks_of(kBlockSizeBytes);
  ChainMaker maker(spec);
  maker.opening(chain::genesis_block(spec).header);  // the same election
  DurableChain chain(spec, database_folder(folder));
  chain::Header last = chain.chain().find(chain.view(), chain.chain().tip().id)->header;
  while (log_size_bytes(folder) < kFullLogBytes) {
    const chain::Block block = ChainMaker::of(last, maker.signed_votes(kLastVotesPerBlock));
    take(chain, {block});
    chain.settle();
    last = block.header;
  }
  std::_Exit(0);
}

}  // namespace suara::bench
