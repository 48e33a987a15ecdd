// JSON from strangers: parsed within bounds, and read by typed access whose errors name the member by its path.
#pragma once

#include "common/util/result.hpp"

#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suara::wire {

enum class Utf8 : std::uint8_t {
  kStrict,
  kAny,  ///< strings may hold any bytes: the classic v2 key only
};

/// One object nested at most kMaxJsonDepth deep. The caller has bounded the size. A repeated member: the last counts.
Result<boost::json::object> parse_json_object(std::string_view text, Utf8 utf8 = Utf8::kStrict);

/// Refers to the object, which must outlive it. A null member counts as absent; members nobody asks for are ignored.
class ObjectReader {
 public:
  explicit ObjectReader(const boost::json::object& object, std::string path = {})
      : object_(&object), path_(std::move(path)) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] Result<std::string> text(std::string_view name, std::size_t max_size_bytes) const;
  [[nodiscard]] Result<std::uint64_t> integer(std::string_view name, std::uint64_t max = UINT64_MAX) const;
  [[nodiscard]] Result<std::int64_t> signed_integer(std::string_view name) const;
  [[nodiscard]] Result<bool> boolean(std::string_view name) const;
  [[nodiscard]] Result<ObjectReader> object(std::string_view name) const;
  [[nodiscard]] Result<std::vector<ObjectReader>> objects(std::string_view name, std::size_t max_items) const;
  [[nodiscard]] Result<std::vector<std::string>> texts(std::string_view name, std::size_t max_items,
                                                       std::size_t max_size_bytes) const;

  /// "payload.network": how errors call a member of this object.
  [[nodiscard]] std::string path_of(std::string_view name) const;

 private:
  [[nodiscard]] Result<const boost::json::value*> member(std::string_view name) const;

  const boost::json::object* object_;
  std::string path_;
};

/// For members with a default: the default where the member is absent.
[[nodiscard]] Result<std::string> text_or(const ObjectReader& reader, std::string_view name, std::size_t max_size_bytes,
                                          std::string fallback = {});
[[nodiscard]] Result<std::uint64_t> integer_or(const ObjectReader& reader, std::string_view name,
                                               std::uint64_t fallback, std::uint64_t max = UINT64_MAX);

}  // namespace suara::wire
