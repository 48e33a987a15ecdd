// A database's address book with anything in its rows, and then a life of it: nothing is read that cannot be kept, what
// is kept is written in rows that can be read, and the next life finds the same book.
//
// The input is rows, each a size and a key, a size and a value (sizes are bytes), up to a key of size 0; what follows
// is what happens: a byte that says what, and one that says to whom.
#include "peer-node/p2p/address_book.hpp"

#include "common/store/memory_store.hpp"
#include "common/util/byte_reader.hpp"
#include "common/util/check.hpp"
#include "peer-node/p2p/bootstrap_servers.hpp"
#include "peer-node/store/check.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara {
namespace {

using namespace std::chrono_literals;

std::string sized_text(ByteReader& reader) { return std::string(as_text(reader.raw(reader.u8()))); }

class World {
 public:
  explicit World(ByteReader& input) {
    store::WriteBatch rows;
    for (std::string key = sized_text(input); !key.empty() && input.ok(); key = sized_text(input)) {
      const std::string value = sized_text(input);
      if (node_store::is_address_row(key, value)) check_row(value);
      if (const auto address = wire::parse_address(key)) known_.push_back(*address);
      rows.put(node_store::kAddresses, std::move(key), value);
    }
    disk_.apply(rows);
    for (unsigned char i = 1; i < 8; ++i) known_.push_back({"10.0.0." + std::to_string(i), 3000});
    book_.load(disk_, now_, rng_);
    CHECK(book_.size() <= known_.size());
    load_servers();
  }

  void live(ByteReader& input) {
    while (input.left() >= 2) {
      const std::uint8_t what = input.u8();
      step(what, known_[input.u8() % known_.size()]);
      CHECK(book_.tried() <= book_.size());
    }
    save();
    compare();
  }

 private:
  static void check_row(const std::string& value) {
    const auto row = p2p::decode_address_row(value);
    if (row && row->source) CHECK(encode(*row) == value);
  }

  void step(std::uint8_t what, const wire::Address& address) {
    switch (what % 10) {
      case 0: book_.add(address, p2p::NetGroup(known_.front().host), now_); return;
      case 1: book_.succeeded(address, now_); return;
      case 2: book_.failed(address, now_, rng_); return;
      case 3: book_.forget(address, now_); return;
      case 4: book_.said_to_have_left(address, now_); return;
      case 5: book_.postpone(address, now_, std::chrono::seconds(what)); return;
      case 6:
        if (const auto drawn = book_.draw(now_.instant, rng_, [](const auto&) { return true; })) {
          CHECK(book_.contains(*drawn));
        }
        return;
      case 7:
        for (const auto& told : book_.sample(3, now_, rng_)) CHECK(!book_.is_terrible(told, now_));
        return;
      case 8:
        now_.instant += 24h;
        now_.wall += 24h;
        return;
      case 9: save(); return;
    }
  }

  void save() {
    const auto batch = book_.flush();
    for (const auto& write : batch.writes()) {
      CHECK(!write.value || node_store::is_address_row(write.key, *write.value));
    }
    disk_.apply(batch);
    CHECK(!book_.flush_deadline());
  }

  void compare() {
    const auto secret = disk_.get(node_store::kAddresses, p2p::kBookSecretKey);
    if (!secret || !node_store::is_address_row(p2p::kBookSecretKey, *secret)) return;  // nothing has changed yet
    p2p::AddressBook again;
    again.load(disk_, now_, rng_);
    CHECK(again.size() == book_.size());
    CHECK(again.tried() == book_.tried());
    CHECK(again.flush().empty());
    for (const auto& address : known_) {
      CHECK(again.contains(address) == book_.contains(address));
      CHECK(again.is_tried(address) == book_.is_tried(address));
    }
  }

  void load_servers() {
    p2p::BootstrapServers servers({}, [](const wire::Address& server, p2p::BootstrapClient::Standing standing) {
      static const PrivateKey key = PrivateKey::from_seed("node");
      return p2p::BootstrapClient(
          server, {.network = {}, .key = key, .own = {}, .status = {}, .ways = {}, .has_peers = [] { return false; }},
          standing);
    });
    servers.load(disk_);
    CHECK(servers.all().size() <= p2p::kMaxLearntServers);
    CHECK(!servers.has_changes());
  }

  Now now_{Instant(1h), from_unix_ms(1'764'000'000'000)};
  SeededRng rng_{1};
  store::MemoryStore disk_;
  p2p::AddressBook book_;
  std::vector<wire::Address> known_;
};

}  // namespace
}  // namespace suara

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suara::ByteReader input(suara::ByteView(data, size));
  suara::World world(input);
  world.live(input);
  return 0;
}
