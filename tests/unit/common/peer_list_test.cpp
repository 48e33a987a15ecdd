#include "common/wire/peer_list.hpp"

#include "common/util/hex.hpp"

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace {

namespace json = boost::json;

const std::string kNetwork = Hash256{{7}}.hex();

PeerEntry entry_with_everything() {
  return {{"2001:db8::7", 3000},
          kNetwork,
          RowState::kUnchecked,
          UINT64_MAX,
          12,
          PeerStatus{3, kNetwork, "a \"quoted\" \\ / agent", 4},
          INT64_MIN,
          PublicKey{{9}}};
}

TEST(PeerList, IsTheJsonThatATreeWouldMake) {
  const PeerEntry entry = entry_with_everything();
  const json::object status{{"height", 3}, {"tip", kNetwork}, {"agent", entry.status->agent}, {"time_ms", 4}};
  const json::object peer{{"address", "[2001:db8::7]:3000"},
                          {"network", kNetwork},
                          {"state", "unchecked"},
                          {"first_seen_ms", UINT64_MAX},
                          {"lease_left_ms", 12},
                          {"public_key", to_hex(entry.key->view())},
                          {"status", status},
                          {"clock_offset_ms", INT64_MIN}};
  const json::object payload{{"peers", {peer, peer}}, {"revision", 5}, {"next", "00ff"}};
  PeerListWriter writer(PeerListWriter::Shape::kPayload);
  writer.add(entry);
  writer.add(entry);
  EXPECT_EQ(writer.finish(5, "00ff"), json::serialize(payload));
}

TEST(PeerList, AKeptEntryReadsAsTheOneItWasMadeOf) {
  PeerEntry entry = entry_with_everything();
  const PeerText kept = encode_entry(entry);
  for (const std::uint64_t left : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
    entry.lease_left_ms = left;
    PeerListWriter of_entry;
    of_entry.add(entry);
    PeerListWriter of_text;
    of_text.add(kept.text, kept.lease_at, left);
    EXPECT_EQ(of_text.finish(1, {}), of_entry.finish(1, {}));
  }
}

}  // namespace
}  // namespace suara::wire
