#include "bootstrap-server/core/permissions.hpp"

#include "bootstrap-server/core/hosts.hpp"

namespace suara::directory {

bool may_remove(const Row& row, std::string_view caller_host) {
  return row.source_host == caller_host || is_loopback(caller_host);
}

bool may_change_flavour(const Row& row, std::string_view caller_host) { return may_remove(row, caller_host); }

}  // namespace suara::directory
