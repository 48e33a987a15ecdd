#include "common/wire/json_reader.hpp"

#include "common/wire/decode_error.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace json = boost::json;
namespace {

// RFC 3629: shortest forms only, no surrogates, up to U+10FFFF.
bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    if (first < 0x80) {
      i += 1;
    } else if (first >= 0xc2 && first <= 0xdf && continues(i + 1)) {
      i += 2;
    } else if (first >= 0xe0 && first <= 0xef &&
               continues(i + 1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && continues(i + 2)) {
      i += 3;
    } else if (first >= 0xf0 && first <= 0xf4 &&
               continues(i + 1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && continues(i + 2) &&
               continues(i + 3)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

Error wrong_type(const std::string& path, std::string_view wanted) {
  return {DecodeError::kWrongType, path + " must be " + std::string(wanted)};
}

Result<std::string> bounded_text(const json::value& value, const std::string& path, std::size_t max_size_bytes) {
  if (!value.is_string()) return wrong_type(path, "a string");
  const json::string& text = value.get_string();
  if (text.size() > max_size_bytes) {
    return Error(DecodeError::kBadValue, path + " must be at most " + std::to_string(max_size_bytes) + " bytes long");
  }
  return std::string(text.data(), text.size());
}

Result<const json::array*> bounded_array(const json::value& value, const std::string& path, std::size_t max_items) {
  if (!value.is_array()) return wrong_type(path, "an array");
  if (value.get_array().size() > max_items) {
    return Error(DecodeError::kBadValue, path + " must have at most " + std::to_string(max_items) + " items");
  }
  return &value.get_array();
}

std::string item_path(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

}  // namespace

Result<json::object> parse_json_object(std::string_view text, Utf8 utf8) {
  if (utf8 == Utf8::kStrict && !is_utf8(text)) return Error(DecodeError::kBadUtf8);
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  options.allow_invalid_utf8 = utf8 == Utf8::kAny;
  boost::system::error_code failure;
  json::value value = json::parse(text, failure, {}, options);
  if (failure == json::error::too_deep) return Error(DecodeError::kTooDeep);
  if (failure) return Error(DecodeError::kNotJson, failure.message());
  if (!value.is_object()) return Error(DecodeError::kNotAnObject);
  return std::move(value.get_object());
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

bool ObjectReader::has(std::string_view name) const {
  const json::value* found = object_->if_contains(name);
  return found != nullptr && !found->is_null();
}

Result<const json::value*> ObjectReader::member(std::string_view name) const {
  if (!has(name)) return Error(DecodeError::kMissingMember, path_of(name) + " is required");
  return object_->if_contains(name);
}

Result<std::string> ObjectReader::text(std::string_view name, std::size_t max_size_bytes) const {
  const auto value = member(name);
  if (!value) return value.error();
  return bounded_text(**value, path_of(name), max_size_bytes);
}

Result<std::uint64_t> ObjectReader::integer(std::string_view name, std::uint64_t max) const {
  const auto found = member(name);
  if (!found) return found.error();
  const json::value& value = **found;
  std::uint64_t number = 0;
  if (value.is_uint64()) {
    number = value.get_uint64();
  } else if (value.is_int64() && value.get_int64() >= 0) {
    number = static_cast<std::uint64_t>(value.get_int64());
  } else if (value.is_number()) {
    return Error(DecodeError::kBadValue, path_of(name) + " must be a whole number from 0 to " + std::to_string(max));
  } else {
    return wrong_type(path_of(name), "a number");
  }
  if (number > max) return Error(DecodeError::kBadValue, path_of(name) + " must be at most " + std::to_string(max));
  return number;
}

Result<std::int64_t> ObjectReader::signed_integer(std::string_view name) const {
  const auto found = member(name);
  if (!found) return found.error();
  const json::value& value = **found;
  if (value.is_int64()) return value.get_int64();
  if (!value.is_number()) return wrong_type(path_of(name), "a number");
  return Error(DecodeError::kBadValue, path_of(name) + " must be a whole number from -2^63 to 2^63-1");
}

Result<bool> ObjectReader::boolean(std::string_view name) const {
  const auto value = member(name);
  if (!value) return value.error();
  if (!(*value)->is_bool()) return wrong_type(path_of(name), "true or false");
  return (*value)->get_bool();
}

Result<ObjectReader> ObjectReader::object(std::string_view name) const {
  const auto value = member(name);
  if (!value) return value.error();
  if (!(*value)->is_object()) return wrong_type(path_of(name), "an object");
  return ObjectReader((*value)->get_object(), path_of(name));
}

Result<std::vector<ObjectReader>> ObjectReader::objects(std::string_view name, std::size_t max_items) const {
  const auto value = member(name);
  if (!value) return value.error();
  const auto array = bounded_array(**value, path_of(name), max_items);
  if (!array) return array.error();
  std::vector<ObjectReader> readers;
  for (const json::value& item : **array) {
    const std::string path = item_path(path_of(name), readers.size());
    if (!item.is_object()) return wrong_type(path, "an object");
    readers.emplace_back(item.get_object(), path);
  }
  return readers;
}

Result<std::vector<std::string>> ObjectReader::texts(std::string_view name, std::size_t max_items,
                                                     std::size_t max_size_bytes) const {
  const auto value = member(name);
  if (!value) return value.error();
  const auto array = bounded_array(**value, path_of(name), max_items);
  if (!array) return array.error();
  std::vector<std::string> texts;
  for (const json::value& item : **array) {
    auto text = bounded_text(item, item_path(path_of(name), texts.size()), max_size_bytes);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
  }
  return texts;
}

Result<std::string> text_or(const ObjectReader& reader, std::string_view name, std::size_t max_size_bytes,
                            std::string fallback) {
  return reader.has(name) ? reader.text(name, max_size_bytes) : Result<std::string>(std::move(fallback));
}

Result<std::uint64_t> integer_or(const ObjectReader& reader, std::string_view name, std::uint64_t fallback,
                                 std::uint64_t max) {
  return reader.has(name) ? reader.integer(name, max) : Result<std::uint64_t>(fallback);
}

}  // namespace suara::wire
