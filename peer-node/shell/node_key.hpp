// The key that is a node's identity, in its data folder: it proves who it is to peers, and seals the blocks that it
// mines on networks that list miners.
#pragma once

#include "common/crypto/p256.hpp"

#include <string>

namespace suara::node_shell {

/// Reads it, or makes it and its folder. Throws shell::StartUpFailure.
PrivateKey open_node_key(const std::string& data_folder);

/// `--show-key`: the public key on standard output, as a specification's `miners` wants it.
void print_node_key(const std::string& data_folder);

/// admin.pem, made if there is none: whoever may read it tells this node what to do (POST /v1/commands).
PrivateKey open_admin_key(const std::string& data_folder);

}  // namespace suara::node_shell
