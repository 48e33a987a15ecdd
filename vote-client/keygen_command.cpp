// keygen
#include "common/client/files.hpp"
#include "common/client/output.hpp"
#include "common/util/hex.hpp"
#include "vote-client/commands.hpp"

namespace suara::voting {

client::Exit keygen(const client::Invocation& invocation) {
  const auto& path = invocation.words().front();
  const auto public_key = to_hex(client::make_key(path).public_key().view());
  if (invocation.json()) {
    client::print_json(boost::json::object{{"file", path}, {"public_key", public_key}});
  } else {
    client::print(path + "\n  public key  " + public_key + "\n");
  }
  return client::Exit::kOk;
}

}  // namespace suara::voting
