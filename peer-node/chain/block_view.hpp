// A stored block whose transactions are not looked into: for whoever needs its bytes, or one transaction of thousands.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/chain/header.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suara::chain {

class BlockView {
 public:
  /// The block's body in the store; nullopt when it is not there. Damage is a CHECK, now or in transaction().
  static std::optional<BlockView> find(const store::StoreView& view, const BlockId& id);

  [[nodiscard]] ByteView encoded() const { return as_bytes(*encoded_); }
  [[nodiscard]] const Header& header() const { return header_; }
  /// Each as it is encoded; they live as long as this.
  [[nodiscard]] const std::vector<ByteView>& transactions() const { return transactions_; }
  /// `index` < transactions().size().
  [[nodiscard]] ledger::Transaction transaction(std::size_t index) const;

 private:
  explicit BlockView(std::string encoded);

  std::unique_ptr<const std::string> encoded_;  // stays where it is when this is moved: transactions_ points into it
  Header header_;
  std::vector<ByteView> transactions_;
};

}  // namespace suara::chain
