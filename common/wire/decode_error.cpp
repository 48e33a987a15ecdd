#include "common/wire/decode_error.hpp"

#include "common/util/check.hpp"

namespace suara::wire {

ErrorText describe(DecodeError error) {
  switch (error) {
    case DecodeError::kNotJson: return {"not_json", "a message is one JSON object on one line"};
    case DecodeError::kTooDeep: return {"too_deep", "the JSON is nested more than 16 levels deep"};
    case DecodeError::kBadUtf8: return {"bad_utf8", "a message is UTF-8, and these bytes are not"};
    case DecodeError::kNotAnObject: return {"not_an_object", "a message is a JSON object, and this is another value"};
    case DecodeError::kUnknownType: return {"unknown_type", "nothing here is called that"};
    case DecodeError::kMissingMember: return {"missing_member", "a member is missing"};
    case DecodeError::kWrongType: return {"wrong_type", "a member is of the wrong type"};
    case DecodeError::kBadValue: return {"bad_value", "a member's value is not acceptable"};
  }
  CHECK(false);
}

}  // namespace suara::wire
