// Result<T>: a value or an Error. What untrusted input, rules and storage return.
#pragma once

#include "common/util/error.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>

namespace suara {

template <class T>
using Result = boost::system::result<T, Error>;

/// What `value()` on a failed Result does; code that has not looked first has a bug or is a start-up.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.message());
}

}  // namespace suara

/// Returns from the enclosing function with the error of a failed Result<...>.
#define SUARA_TRY(expression)                                                         \
  do {                                                                                \
    if (auto suara_result = (expression); !suara_result) return suara_result.error(); \
  } while (false)
