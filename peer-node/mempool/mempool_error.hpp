// Why a transaction that breaks no rule is not kept waiting, or not any longer.
#pragma once

#include "common/util/error.hpp"

namespace suara::mempool {

enum class MempoolError {
  kKnown,            ///< it waits already
  kFull,             ///< the bound in count or bytes is reached
  kTooManyOfAuthor,  ///< the bound per author is reached
  kDisplaced,        ///< it gave way when the bound in count or bytes was reached
  kExpired,          ///< no block took it for as long as anything waits
};
ErrorText describe(MempoolError error);

}  // namespace suara::mempool
