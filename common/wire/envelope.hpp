// {"type": ..., "payload": {...}} on one line: the shape of every native message, to bootstrap servers and
// between peers. Members other than these two are ignored.
#pragma once

#include "common/wire/json_reader.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace suara::wire {

/// A message type's name; longer is refused.
inline constexpr std::size_t kMaxTypeSizeBytes = 64;

struct Envelope {
  std::string type;
  boost::json::object payload;

  /// Valid as long as the envelope stays where it is.
  [[nodiscard]] ObjectReader reader() const { return ObjectReader(payload, "payload"); }
};

/// `type` a string; `payload` an object, an empty one where it is absent.
Result<Envelope> decode_envelope(std::string_view line);

/// Ends with '\n'.
std::string encode_envelope(std::string_view type, const boost::json::object& payload);

/// The error for a type that is none of `known`, which it lists.
Error unknown_type(std::string_view type, std::string_view known);

}  // namespace suara::wire
