// A database for the length of one computation that does not fit into memory: nothing is synced, and its folder is gone
// afterwards.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace suara::shell {

class RocksScratch : public store::StoreView {
 public:
  /// Makes `folder`, which must not exist or be what an earlier one left behind. Errors: StoreError,
  /// kLocked while another process uses it.
  static Result<std::unique_ptr<RocksScratch>> make(const std::string& folder,
                                                    const std::vector<std::string>& families);
  /// Throws std::runtime_error when it cannot.
  virtual void write(const store::WriteBatch& batch) = 0;
};

}  // namespace suara::shell
