// election export: a bundle that anybody can recount, from a node.
#include "admin-client/bundle_export.hpp"
#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"

#include <fmt/format.h>

namespace suara::admin {

namespace json = boost::json;
using client::Exit;

Exit export_election(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto id = ledger::ElectionId::from_hex(word);
  if (!id) throw client::usage_error("an election's id has 64 hexadecimal digits, not \"" + word + "\"");
  const auto path = invocation.find("out");
  if (path && path->empty()) throw client::usage_error("--out is empty");
  if (!path && invocation.json()) throw client::usage_error("--json needs --out FILE: the bundle itself is JSON lines");
  client::NodeApi node(node_url(invocation));
  BundleExport bundle(node, *id, invocation.has("blocks"));
  client::OutputFile out(path);
  bundle.write(out);
  out.commit();
  const auto& end = bundle.end();
  if (invocation.json()) {
    client::print_json(json::object{{"file", *path},
                                    {"election", id->hex()},
                                    {"tip", end.tip.hex()},
                                    {"height", end.height},
                                    {"transactions", bundle.transactions()}});
  } else {
    client::say(fmt::format("{} blocks up to {} and {} transactions written{}", end.height, end.tip.hex(),
                            bundle.transactions(), path ? " to " + *path : ""));
  }
  return Exit::kOk;
}

}  // namespace suara::admin
