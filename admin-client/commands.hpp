// What operators and organisers can type; each returns the exit code or throws a Failure.
#pragma once

#include "common/client/program.hpp"

namespace suara::admin {

// the directory
client::Exit register_peer(const client::Invocation& invocation);
client::Exit get_peers(const client::Invocation& invocation);
client::Exit remove_peer(const client::Invocation& invocation);
client::Exit watch(const client::Invocation& invocation);
client::Exit stats(const client::Invocation& invocation);
client::Exit doctor(const client::Invocation& invocation);

// a node
client::Exit node_status(const client::Invocation& invocation);
client::Exit node_peers(const client::Invocation& invocation);
client::Exit node_bans(const client::Invocation& invocation);
client::Exit node_ban(const client::Invocation& invocation);
client::Exit node_unban(const client::Invocation& invocation);
client::Exit node_disconnect(const client::Invocation& invocation);
client::Exit node_connect(const client::Invocation& invocation);

// elections
client::Exit open_election(const client::Invocation& invocation);
client::Exit enrol_voters(const client::Invocation& invocation);
client::Exit add_candidates(const client::Invocation& invocation);
client::Exit close_election(const client::Invocation& invocation);
client::Exit list_elections(const client::Invocation& invocation);
client::Exit election_results(const client::Invocation& invocation);
client::Exit export_election(const client::Invocation& invocation);
client::Exit verify_election(const client::Invocation& invocation);

// networks
client::Exit genesis_id(const client::Invocation& invocation);

inline constexpr const char* kDefaultNode = "http://127.0.0.1:3080";
inline constexpr const char* kDefaultBootstrap = "127.0.0.1:4000";

inline std::string node_url(const client::Invocation& invocation) {
  return invocation.find("node").value_or(kDefaultNode);
}

}  // namespace suara::admin
