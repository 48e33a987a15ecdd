// Why bytes are no message. `detail` names the member, by its path, and what would be right.
// A wrong address comes as its AddressError.
#pragma once

#include "common/util/error.hpp"

namespace suara::wire {

enum class DecodeError {
  kNotJson,        ///< no JSON at all, or more than one value
  kTooDeep,        ///< nested deeper than kMaxJsonDepth
  kBadUtf8,        ///< not UTF-8
  kNotAnObject,    ///< JSON, but no object
  kUnknownType,    ///< a `type` that nobody here knows
  kMissingMember,  ///< a member that has no default is absent or null
  kWrongType,      ///< a member is of another JSON type
  kBadValue,       ///< a member's value is out of its range or form
};
ErrorText describe(DecodeError error);

}  // namespace suara::wire
