// Up to three peers of one node and 30 messages of theirs: any lines, and honest ones that are hard to come by (proofs,
// headers with their work, bodies, transactions), in any order, while time passes and peers come and go. No CHECK
// fails, what is kept on behalf of peers is bounded, and none of it is left when they have gone; then the node still
// serves whoever is honest.
//
// The input is a script of lines, so that messages can stand in it as they are. N is a peer, by its digit:
//   N>LINE  it sends this, connecting first if it has to      N-  it hangs up        N!  its line is over the limit
//   Nh      it says hello and proves its key                  NaK it announces block K of an honest chain, NtK
//   NgK     it sends the headers up to block K                    transaction K      .C  C seconds pass
//   NbK     it sends block K, NmK one that is mutated, NsK transaction K, NcK block K compactly, NpK its transactions
#include "common/util/check.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/p2p/limits.hpp"
#include "tests/support/node_harness.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace suara::testing {
namespace {

constexpr std::size_t kMaxMessages = 30;
constexpr std::size_t kBlocks = 8;
constexpr std::size_t kTransactions = 4;
constexpr unsigned kMaxPauseSeconds = 120;

/// Made once: mining and signing are what takes time.
struct Honest {
  chain::ChainSpec spec = easy_spec();
  std::vector<chain::Block> blocks;
  std::vector<ledger::Transaction> transactions;

  Honest() {
    for (std::size_t i = 0; i < kTransactions; ++i) transactions.push_back(record(spec, voter_key(i), i));
    // Every other one has a transaction, which may wait in the mempool.
    for (std::size_t i = 0; i < kBlocks; ++i) {
      const chain::Header parent = i == 0 ? chain::genesis_block(spec).header : blocks.back().header;
      std::vector<ledger::Transaction> inside;
      if (i % 2 == 1) inside.push_back(transactions[i / 2]);
      blocks.push_back(mine_block(parent, std::move(inside)));
    }
  }
};
const Honest& honest() {
  static const Honest made;
  return made;
}

class World {
 public:
  void run(std::string_view script) {
    for (std::size_t messages = 0; !script.empty() && messages < kMaxMessages; ++messages) {
      const std::string_view line = script.substr(0, script.find('\n'));
      script.remove_prefix(std::min(line.size() + 1, script.size()));
      step(line);
      settle();
      check_bounds();
    }
    finish();
  }

 private:
  struct Peer {
    NodeNet::Script* script = nullptr;
    std::optional<p2p::Handshake> handshake;
  };

  static std::size_t number(std::string_view text, std::size_t bound) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value % bound;
  }

  void step(std::string_view line) {
    if (line.size() < 2) return;
    if (line.front() == '.') return net_.run(std::chrono::seconds(number(line.substr(1), kMaxPauseSeconds)));
    const auto who = static_cast<unsigned char>(line.front()) % peers_.size();
    Peer& peer = peers_[who];
    const std::string_view rest = line.substr(2);
    if (peer.script == nullptr || peer.script->closed) {
      peer.script = &net_.connect(host_);
      peer.handshake.reset();
      settle();
      if (peer.script->closed) return;
    }
    switch (line[1]) {
      case '>': return net_.send(*peer.script, std::string(rest));
      case '-': return net_.hang_up(*peer.script);
      case '!': return net_.send_oversized(*peer.script);
      case 'h': return introduce(peer, who);
      default: return say_honestly(peer, line[1], rest);
    }
  }

  void introduce(Peer& peer, std::size_t who) {
    const PrivateKey key = PrivateKey::from_seed("fuzz " + std::to_string(who));
    peer.handshake.emplace(p2p::Role::kDialer, chain::network_id(net_.spec), key, rng_);
    wire::peer::Hello hello = peer.handshake->hello();
    hello.compact = true;
    hello.height = kBlocks;
    hello.work = chain::to_hash(chain::Uint256(1'000'000));
    const std::size_t before = peer.script->lines.size();
    net_.say(*peer.script, hello);
    settle();
    for (std::size_t i = before; i < peer.script->lines.size(); ++i) {
      const auto message = wire::peer::decode(peer.script->lines[i]);
      CHECK(message.has_value());
      if (const auto* theirs = std::get_if<wire::peer::Hello>(&*message)) (void)peer.handshake->take(*theirs);
    }
    if (!peer.script->closed && peer.handshake->theirs()) net_.say(*peer.script, peer.handshake->proof());
  }

  void say_honestly(Peer& peer, char what, std::string_view rest) {
    const chain::Block& block = honest().blocks[number(rest, kBlocks)];
    const ledger::Transaction& transaction = honest().transactions[number(rest, kTransactions)];
    switch (what) {
      case 'a': return net_.say(*peer.script, wire::peer::Announce{{chain::block_id(block.header)}, {}});
      case 't': return net_.say(*peer.script, wire::peer::Announce{{}, {ledger::transaction_id(transaction)}});
      case 'g': return net_.say(*peer.script, headers_up_to(number(rest, kBlocks)));
      case 'b': return net_.say(*peer.script, wire::peer::BlockBody{chain::encode(block)});
      case 's': return net_.say(*peer.script, wire::peer::Transactions{{ledger::encode(transaction)}});
      case 'c': return net_.say(*peer.script, compact_of(block));
      case 'p': {
        wire::peer::BlockTransactions message{chain::block_id(block.header), {}};
        for (const auto& inside : block.transactions) message.transactions.push_back(ledger::encode(inside));
        return net_.say(*peer.script, message);
      }
      case 'm': {
        chain::Block mutated = block;
        mutated.transactions.push_back(transaction);
        return net_.say(*peer.script, wire::peer::BlockBody{chain::encode(mutated)});
      }
      default: return;
    }
  }

  static wire::peer::Compact compact_of(const chain::Block& block) {
    wire::peer::Compact message{chain::encode(chain::SealedHeader(block.header)), {}};
    for (const auto& inside : block.transactions) message.leaves.push_back(chain::leaf_hash(ledger::encode(inside)));
    return message;
  }

  static wire::peer::Headers headers_up_to(std::size_t last) {
    wire::peer::Headers message;
    for (std::size_t i = 0; i <= last; ++i) {
      const auto bytes = chain::encode(honest().blocks[i].header);
      message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
    }
    return message;
  }

  void settle() { net_.run(std::chrono::milliseconds(1)); }

  // Beside what is asked for of transactions and checked of signatures, a peer is known in a handful of places.
  void check_bounds() const {
    constexpr std::size_t kPlacesPerPeer = 8;
    CHECK(host_.node->footprint() <=
          2 * peers_.size() * kPlacesPerPeer + p2p::kMaxTransactionsRequested + node::kMaxPendingChecks);
  }

  void finish() {
    for (Peer& peer : peers_) {
      if (peer.script != nullptr && !peer.script->closed) net_.hang_up(*peer.script);
    }
    settle();
    CHECK(host_.node->footprint() == 0);
    NodeNet::Script& friendly = net_.befriend(host_, "honest", 0, 0, std::nullopt, "10.8.8.8");
    net_.say(friendly, wire::peer::Ping{99});
    CHECK(net_.until([&] { return friendly.received(R"({"type":"pong","payload":{"nonce":99,)"); },
                     std::chrono::seconds(1)));
    net_.hang_up(friendly);
    settle();
    CHECK(host_.node->footprint() == 0);
  }

  NodeNet net_;
  NodeNet::Host& host_ = net_.start(net_.options(1));
  SeededRng rng_{11};
  std::array<Peer, 3> peers_;
};

}  // namespace
}  // namespace suara::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suara::testing::World().run({reinterpret_cast<const char*>(data), size});
  return 0;
}
