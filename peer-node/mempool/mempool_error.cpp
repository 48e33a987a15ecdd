#include "peer-node/mempool/mempool_error.hpp"

#include "common/util/check.hpp"

namespace suara::mempool {

ErrorText describe(MempoolError error) {
  switch (error) {
    case MempoolError::kKnown: return {"already_waiting", "this transaction waits for a block already"};
    case MempoolError::kFull: return {"mempool_full", "too many transactions wait; try again after the next block"};
    case MempoolError::kTooManyOfAuthor:
      return {"too_many_of_author", "too many transactions of this author wait; try again after the next block"};
    case MempoolError::kDisplaced: return {"displaced", "it gave way when too many transactions waited; send it again"};
    case MempoolError::kExpired: return {"expired", "no block took it for a day; send it again"};
  }
  CHECK(false);
}

}  // namespace suara::mempool
