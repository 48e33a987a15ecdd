// spec: "The classic protocol: what programs written from the book speak". Every row of the table in tests/conformance,
// byte for byte, through the real framer, codec and core, however the bytes are split.
#include "common/util/base64.hpp"
#include "tests/conformance/classic_table.hpp"
#include "tests/unit/bootstrap/harness.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace suara::directory {
namespace {

using testing::ClassicRow;
using testing::with_sorted_lists;

std::string v2(const std::string& type, const std::string& inner) {
  return R"({"type":")" + type + R"(","payload":")" + to_base64(as_bytes(inner)) + "\"}\n";
}

void expect(const ClassicRow& row, const std::vector<std::string>& reads, const std::string& how) {
  Harness harness;
  for (const std::string& line : row.before) harness.ask(line);
  const ConnectionId id = harness.connect();
  for (const std::string& read : reads) {
    if (!harness.closed(id)) harness.feed(id, read);
  }
  EXPECT_EQ(with_sorted_lists(harness.take(id)), with_sorted_lists(row.reply)) << row.name << ", " << how;
  EXPECT_EQ(harness.closed(id), row.closes) << row.name << ", " << how;
  EXPECT_EQ(with_sorted_lists(harness.ask("{\"type\":\"GET_PEERS\"}\n")), with_sorted_lists(row.peers))
      << row.name << ", " << how;
}

TEST(ClassicProtocol, EveryRowHoweverTheBytesAreSplit) {
  for (const ClassicRow& row : testing::classic_rows()) {
    if (row.request.empty()) continue;
    expect(row, {row.request}, "joined");
    for (std::size_t split = 1; split < row.request.size(); ++split) {
      expect(row, {row.request.substr(0, split), row.request.substr(split)}, "split at " + std::to_string(split));
    }
    std::vector<std::string> bytes;
    for (const char byte : row.request) bytes.emplace_back(1, byte);
    expect(row, bytes, "byte by byte");
  }
}

TEST(ClassicProtocol, EveryNotice) {
  const std::string receiver = "192.0.2.99:1";
  for (const ClassicRow& row : testing::classic_rows(receiver)) {
    if (row.receiver.empty()) continue;
    Harness harness;
    harness.answer_probes(Harness::everybody_is_there);
    harness.ask(row.receiver);
    for (const std::string& line : row.before) harness.ask(line, "127.0.0.1");
    harness.notices.clear();
    harness.ask(row.event, "127.0.0.1");
    std::string received;
    for (const Notify& notice : harness.notices) {
      if (notice.address.text() == receiver) received += *notice.line;
    }
    EXPECT_EQ(received, row.notice) << row.name;
  }
}

TEST(ClassicProtocol, KeysOfAnyBytesComeBackAsTheyWere) {
  Harness harness;
  for (int value = 0; value < 256; ++value) {
    const std::string key = std::string("x") + static_cast<char>(value) + "x";
    harness.ask(v2("REGISTER", R"({"address":"a:1","publicKey":")" + key + "\"}"));
    std::string given = harness.ask("{\"type\":\"GET_PEERS\"}\n");
    constexpr std::string_view kBefore = R"([{"address":"a:1","publicKey":"x)";
    constexpr std::string_view kAfter = "x\"}]\n";
    ASSERT_TRUE(given.starts_with(kBefore) && given.ends_with(kAfter)) << "byte " << value << ": " << given;
    given = given.substr(kBefore.size(), given.size() - kBefore.size() - kAfter.size());
    // JSON has to escape some; whoever reads the string has the same byte.
    static const std::map<int, std::string> short_escapes{{8, "b"},  {9, "t"},    {10, "n"},   {12, "f"},
                                                          {13, "r"}, {'"', "\""}, {'\\', "\\"}};
    std::string expected(1, static_cast<char>(value));
    if (const auto escape = short_escapes.find(value); escape != short_escapes.end()) {
      expected = "\\" + escape->second;
    } else if (value < 0x20) {
      expected = (value < 0x10 ? "\\u000" : "\\u001") + std::string(1, "0123456789abcdef"[value % 16]);
    }
    EXPECT_EQ(given, expected) << "byte " << value;
    harness.ask(v2("REMOVE", R"({"address":"a:1"})"));
  }
}

TEST(ClassicProtocol, RefreshesAndNetworksWithANameNotifyNobody) {
  Harness harness;
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"v1:1\"}\n");
  harness.notices.clear();
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"v1:1\"}\n");
  harness.ask(R"({"type":"REGISTER","payload":{"address":"a:1","network":")" + std::string(64, 'a') + "\"}}\n");
  EXPECT_TRUE(harness.notices.empty());
}

}  // namespace
}  // namespace suara::directory
