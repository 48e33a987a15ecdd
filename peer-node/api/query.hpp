// The query string of a request, read strictly: a parameter nobody asked for is an error, because a misspelt one
// would silently give another answer.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/result.hpp"
#include "peer-node/api/limits.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suara::api {

class Query {
 public:
  /// `known`: the names this route understands. Errors: kBadParameter.
  static Result<Query> parse(std::string_view raw, std::span<const std::string_view> known);

  /// Decoded; nullopt when absent.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
  /// Errors: kBadParameter, saying what it should be.
  [[nodiscard]] Result<std::optional<std::uint64_t>> number(std::string_view name) const;
  /// Errors: kBadParameter unless 1 to `page.most`.
  [[nodiscard]] Result<std::uint64_t> limit(PageLimit page) const;
  /// Errors: kBadParameter unless 64 hex digits.
  [[nodiscard]] Result<std::optional<Hash256>> hash(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// Decimal digits only, no sign, no white space; nullopt otherwise or beyond 64 bits.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace suara::api
