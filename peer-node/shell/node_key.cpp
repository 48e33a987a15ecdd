#include "peer-node/shell/node_key.hpp"

#include "common/shell/data_folder.hpp"
#include "common/shell/key_file.hpp"
#include "common/shell/start_up.hpp"
#include "common/util/hex.hpp"

#include <cstdio>

namespace suara::node_shell {

PrivateKey open_node_key(const std::string& data_folder) {
  return shell::value_or_fail(shell::read_or_make_key_file(data_folder + "/node.key"), "node key");
}

PrivateKey open_admin_key(const std::string& data_folder) {
  return shell::value_or_fail(shell::read_or_make_key_file(data_folder + "/admin.pem"), "admin key");
}

void print_node_key(const std::string& data_folder) {
  shell::value_or_fail(shell::prepare_data_folder(data_folder), "data folder");
  std::printf("%s\n", to_hex(open_node_key(data_folder).public_key().view()).c_str());
}

}  // namespace suara::node_shell
