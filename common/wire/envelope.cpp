#include "common/wire/envelope.hpp"

#include "common/util/excerpt.hpp"
#include "common/wire/decode_error.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace json = boost::json;

Result<Envelope> decode_envelope(std::string_view line) {
  auto object = parse_json_object(line);
  if (!object) return object.error();
  auto type = ObjectReader(*object).text("type", kMaxTypeSizeBytes);
  if (!type) return type.error();
  json::object payload;
  if (json::value* found = object->if_contains("payload"); found != nullptr && !found->is_null()) {
    if (!found->is_object()) return Error(DecodeError::kWrongType, "payload must be an object");
    payload = std::move(found->get_object());
  }
  return Envelope{std::move(*type), std::move(payload)};
}

std::string encode_envelope(std::string_view type, const json::object& payload) {
  // Types are our own plain names, so they need no escaping.
  std::string line = "{\"type\":\"";
  line.append(type).append("\",\"payload\":").append(json::serialize(payload)).append("}\n");
  return line;
}

Error unknown_type(std::string_view type, std::string_view known) {
  return {DecodeError::kUnknownType, "type " + excerpt(type) + " is none of " + std::string(known)};
}

}  // namespace suara::wire
