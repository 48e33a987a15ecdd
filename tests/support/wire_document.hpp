// The fenced blocks of a document in proto-docs/ whose tag begins with "wire": what its tests hold to the code.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace suara::testing {

struct WireBlock {
  std::string tag;  ///< without "wire "
  std::vector<std::string> lines;
  std::size_t line_number = 0;  ///< where it begins
};

inline std::vector<WireBlock> wire_blocks_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::vector<WireBlock> blocks;
  std::string line;
  bool inside = false;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.starts_with("```")) {
      inside = !inside && line.starts_with("```wire ");
      if (inside) blocks.push_back({line.substr(8), {}, number});
    } else if (inside) {
      blocks.back().lines.push_back(line);
    }
  }
  return blocks;
}

}  // namespace suara::testing
