#include "peer-node/api/query.hpp"

#include "peer-node/api/api_error.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

namespace suara::api {
namespace {

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

/// application/x-www-form-urlencoded, as browsers and curl send it.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      decoded.push_back(static_cast<char>(*high * 16 + *low));
      i += 2;
    }
  }
  return decoded;
}

}  // namespace

Result<Query> Query::parse(std::string_view raw, std::span<const std::string_view> known) {
  Query query;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    if (query.parameters_.size() == kMaxQueryParameters) {
      return Error(ApiError::kBadParameter, "the query has too many parameters");
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{});
    if (!name || !value) return Error(ApiError::kBadParameter, "'%' is followed by two hexadecimal digits");
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      return Error(ApiError::kBadParameter, known.empty() ? "this route takes no query parameters"
                                                          : fmt::format("'{}' is not known here; this route takes {}",
                                                                        *name, fmt::join(known, ", ")));
    }
    if (query.text(*name)) return Error(ApiError::kBadParameter, fmt::format("'{}' is given twice", *name));
    query.parameters_.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

std::optional<std::string_view> Query::text(std::string_view name) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) return value;
  }
  return std::nullopt;
}

Result<std::optional<std::uint64_t>> Query::number(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::optional<std::uint64_t>();
  const auto number = parse_decimal(*value);
  if (!number) return Error(ApiError::kBadParameter, fmt::format("'{}' is a decimal number, as {}=7", name, name));
  return number;
}

Result<std::uint64_t> Query::limit(PageLimit page) const {
  const auto value = number("limit");
  if (!value) return value.error();
  const std::uint64_t limit = value->value_or(page.usual);
  if (limit < 1 || limit > page.most) {
    return Error(ApiError::kBadParameter, fmt::format("'limit' is 1 to {} here", page.most));
  }
  return limit;
}

Result<std::optional<Hash256>> Query::hash(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::optional<Hash256>();
  const auto hash = Hash256::from_hex(*value);
  if (!hash) return Error(ApiError::kBadParameter, fmt::format("'{}' is an id of 64 hexadecimal digits", name));
  return hash;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace suara::api
