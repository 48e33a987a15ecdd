#include "peer-node/ledger/transaction.hpp"
#include "peer-node/p2p/address_row.hpp"
#include "peer-node/p2p/ban_list.hpp"
#include "peer-node/store/check_parts.hpp"

namespace suara::node_store {

bool is_address_row(std::string_view key, std::string_view value) { return p2p::is_book_row(key, value); }

void check_other_rows(Inspection& inspection) {
  const store::StoreView& view = inspection.ports.view;
  view.scan(kMeta, {}, [&](std::string_view key, std::string_view) {
    if (key != kTipKey && key != kSpecKey && key != kHeadersSeenKey) {
      inspection.problem(kMeta, key, "nobody knows this name");
    }
    return true;
  });
  view.scan(kSeals, {}, [&](std::string_view key, std::string_view) {
    const auto id = id_of(key);
    if (!id || !view.get(kHeaders, key)) inspection.problem(kSeals, key, "is the seal of no header");
    return true;
  });
  view.scan(kMempool, {}, [&](std::string_view key, std::string_view value) {
    const auto transaction = ledger::decode_transaction(as_bytes(value));
    if (!height_of(key) || !transaction) {
      inspection.problem(kMempool, key, "cannot be read");
    } else if (!ledger::signature_holds(*transaction, inspection.network)) {
      inspection.problem(kMempool, key, "its signature is wrong");
    }
    return true;
  });
  view.scan(kAdmin, {}, [&](std::string_view key, std::string_view value) {
    if (!p2p::is_admin_row(key, value)) inspection.problem(kAdmin, key, "cannot be read");
    return true;
  });
  view.scan(kAddresses, {}, [&](std::string_view key, std::string_view value) {
    if (!is_address_row(key, value)) inspection.problem(kAddresses, key, "cannot be read");
    return true;
  });
}

}  // namespace suara::node_store
