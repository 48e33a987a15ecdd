// Why a transaction that breaks no rule is not kept waiting.
#pragma once

#include "common/util/error.hpp"

namespace suara::mempool {

enum class MempoolError {
  kKnown,            ///< it waits already
  kFull,             ///< the bound in count or bytes is reached
  kTooManyOfAuthor,  ///< the bound per author is reached
};
ErrorText describe(MempoolError error);

}  // namespace suara::mempool
