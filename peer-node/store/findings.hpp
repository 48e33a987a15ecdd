// What is found wrong with a database: the first of it in words, all of it counted.
#pragma once

#include "common/store/store_view.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suara::node_store {

/// Problems kept in words; more are only counted.
inline constexpr std::size_t kMaxProblemsListed = 50;

class Findings {
 public:
  /// `what` completes "headers 00ab...: ".
  void add(store::Family family, std::string_view key, std::string_view what);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& listed() const { return listed_; }

 private:
  std::uint64_t count_ = 0;
  std::vector<std::string> listed_;
};

}  // namespace suara::node_store
