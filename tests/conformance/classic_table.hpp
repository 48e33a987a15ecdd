// Reads classic.txt, which says how.
#pragma once

#include "common/util/base64.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suara::testing {

struct ClassicRow {
  std::string name;
  std::vector<std::string> before;
  std::string request, reply, peers;
  bool closes = false;
  std::string receiver, event, notice;  ///< of rows about notices; the others have none
};

/// The bytes that a TEXT of the table stands for. `receiver`: the address RECEIVER stands for.
inline std::string classic_bytes(std::string_view text, std::string_view receiver) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (const char kind = text.at(++i); kind == 'x') {
      bytes += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      bytes += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind;
    }
  }
  constexpr std::string_view kReceiver = "RECEIVER";
  if (const auto at = bytes.find(kReceiver); at != std::string::npos) bytes.replace(at, kReceiver.size(), receiver);
  constexpr std::string_view kBase64 = "<base64 of ";
  if (const auto at = bytes.find(kBase64); at != std::string::npos) {
    const std::size_t end = bytes.rfind('>');
    const std::string inner = bytes.substr(at + kBase64.size(), end - at - kBase64.size());
    bytes.replace(at, end + 1 - at, to_base64(as_bytes(inner)));
  }
  return bytes;
}

inline std::vector<ClassicRow> classic_rows(std::string_view receiver = "192.0.2.99:1") {
  std::ifstream file(SUARA_SOURCE_DIR "/tests/conformance/classic.txt");
  EXPECT_TRUE(file) << "no table";
  std::vector<ClassicRow> rows;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t blank = line.find(' ');
    const std::string word = line.substr(0, blank);
    const std::string text =
        blank == std::string::npos ? "" : classic_bytes(std::string_view(line).substr(blank + 1), receiver);
    if (word == "=") {
      rows.push_back({});
      rows.back().name = text;
    } else if (word == "before") {
      rows.back().before.push_back(text);
    } else if (word == ">") {
      rows.back().request += text;
    } else if (word == "<") {
      rows.back().reply += text;
    } else if (word == "closes") {
      rows.back().closes = true;
    } else if (word == "peers") {
      rows.back().peers = text;
    } else if (word == "receiver") {
      rows.back().receiver = text;
    } else if (word == "event") {
      rows.back().event = text;
    } else if (word == "notice") {
      rows.back().notice = text;
    } else {
      ADD_FAILURE() << "the table has no such line: " << line;
    }
  }
  return rows;
}

/// Answers with the entries of lists in an order of their own, to compare them.
inline std::string with_sorted_lists(const std::string& answers) {
  std::string sorted;
  for (std::size_t begin = 0; begin < answers.size();) {
    const std::size_t end = std::min(answers.find('\n', begin), answers.size() - 1) + 1;
    std::string line = answers.substr(begin, end - begin);
    begin = end;
    if (!line.starts_with("[{") || !line.ends_with("}]\n")) {
      sorted += line;
      continue;
    }
    std::vector<std::string> entries{""};
    const std::string inner = line.substr(2, line.size() - 5);
    for (std::size_t i = 0; i < inner.size(); ++i) {
      if (inner.compare(i, 3, "},{") == 0) {
        entries.emplace_back();
        i += 2;
      } else {
        entries.back() += inner[i];
      }
    }
    std::ranges::sort(entries);
    for (const std::string& entry : entries) sorted += "{" + entry + "}";
    sorted += '\n';
  }
  return sorted;
}

}  // namespace suara::testing
