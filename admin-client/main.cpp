// admin-client: what operators and organisers type.
#include "admin-client/commands.hpp"

namespace {

using suara::client::Arity;
using suara::client::OptionSpec;
using suara::client::Program;

const OptionSpec kNetwork{"network", Arity::kOne, "ID|dev|classic", "a network; default: classic, the unnamed one"};
const OptionSpec kAnyNetwork{"network", Arity::kOne, "ID|dev|classic", "only this network's peers; default: all"};
const OptionSpec kSearchedNetwork{"network", Arity::kOne, "ID|dev|classic",
                                  "the peer's network; default: where it is registered"};
const OptionSpec kOwnersKey{"key", Arity::kOne, "FILE", "sign with the peer's own key (node.key in its data folder)"};
const OptionSpec kAdminKey{"admin-key", Arity::kOne, "FILE", "sign with the server's admin.pem"};
const OptionSpec kNodeAdminKey{"admin-key", Arity::kOne, "FILE", "the node's admin.pem, in its data folder; required"};
const OptionSpec kKey{"key", Arity::kOne, "FILE", "the organiser's key; default on the dev network: its published one"};

Program admin_program() {
  using namespace suara::admin;
  return {
      "admin-client",
      "looks after peers, nodes and elections",
      {
          {"bootstrap", Arity::kMany, "HOST:PORT", std::string("a bootstrap server; default ") + kDefaultBootstrap},
          {"node", Arity::kOne, "URL", std::string("a node's HTTP address; default ") + kDefaultNode},
      },
      {
          {{"register"},
           {"ADDR"},
           1,
           "put a peer into the directory",
           {kNetwork, kOwnersKey, kAdminKey},
           register_peer},
          {{"get-peers", "get_peers"},
           {},
           0,
           "list the directory; with several --bootstrap, and which server lacks what",
           {kAnyNetwork,
            {"all", Arity::kFlag, "", "every row, however many; default: at most 1000"},
            {"quiet", Arity::kFlag, "", "addresses only, one per line"}},
           get_peers},
          {{"remove"}, {"ADDR"}, 1, "take a peer out of the directory", {kNetwork, kOwnersKey, kAdminKey}, remove_peer},
          {{"watch"},
           {},
           0,
           "print who joins, is verified and leaves, until interrupted",
           {kNetwork, {"since", Arity::kOne, "REVISION", "begin with what happened after this revision"}},
           watch},
          {{"stats"},
           {},
           0,
           "show what the bootstrap servers count",
           {{"bootstrap-http", Arity::kMany, "URL",
             "a bootstrap server's HTTP address; default: port 4080 where --bootstrap has port 4000"}},
           stats},
          {{"doctor"},
           {"ADDR"},
           1,
           "find out why a peer is not found; exit 1 if something is wrong",
           {kSearchedNetwork},
           doctor},
          {{"node status"},
           {},
           0,
           "show a node's chain, peers and mining",
           {{"quiet", Arity::kFlag, "", "print nothing; exit 1 unless the node is ready and synced"}},
           node_status},
          {{"node peers"}, {}, 0, "list the peers a node is connected to", {}, node_peers},
          {{"node bans"}, {}, 0, "list whom a node has banned", {}, node_bans},
          {{"node ban"},
           {"ADDR|KEY"},
           1,
           "ban an IP address, a prefix (192.0.2.0/24) or a node key, and end its connections",
           {{"for", Arity::kOne, "TIME", "90s, 30m, 24h, 7d or ever; default 24h"},
            {"reason", Arity::kOne, "TEXT", "shown by `node bans`"},
            kNodeAdminKey},
           node_ban},
          {{"node unban"}, {"ADDR|KEY"}, 1, "take a ban back", {kNodeAdminKey}, node_unban},
          {{"node disconnect"},
           {"ADDR|KEY"},
           1,
           "end the connections to a peer (HOST:PORT, IP address, prefix or node key); it may come back, unless banned",
           {kNodeAdminKey},
           node_disconnect},
          {{"node connect"},
           {"HOST:PORT"},
           1,
           "have a node connect to a peer now, beyond its usual number of peers, and wait until it has",
           {kNodeAdminKey},
           node_connect},
          {{"election open"},
           {},
           0,
           "open an election and wait until it is in the chain",
           {{"title", Arity::kOne, "TEXT", "what is decided"},
            {"candidate", Arity::kMany, "NAME", "who can be voted for"},
            kKey,
            {"opens-in", Arity::kOne, "SECONDS", "when voting begins; default 0"},
            {"closes-in", Arity::kOne, "SECONDS", "when voting ends; default 86400, a day"},
            {"roll", Arity::kFlag, "", "only enrolled voters may vote; enrol them before it opens"},
            {"no-wait", Arity::kFlag, "", "return as soon as the node has taken it"}},
           open_election},
          {{"election enroll", "election enrol"},
           {"ID", "FILE.csv"},
           1,
           "put voters on an election's roll; those who are on it already are skipped",
           {{"file", Arity::kOne, "FILE.csv", "the roll: columns voter_id,public_key"}, kKey},
           enrol_voters},
          {{"election add-candidate"},
           {"ID"},
           1,
           "add candidates to an election that has not opened yet",
           {{"candidate", Arity::kMany, "NAME", "who can be voted for as well"}, kKey},
           add_candidates},
          {{"election close"}, {"ID"}, 1, "end an election before its time", {kKey}, close_election},
          {{"election results"}, {"ID"}, 0, "show a tally; default: the newest election's", {}, election_results},
          {{"election export"},
           {"ID"},
           1,
           "write an election as a bundle that can be recounted without a node",
           {{"out", Arity::kOne, "FILE", "where to; default: the standard output"},
            {"blocks", Arity::kFlag, "", "all blocks whole, which shows that no vote was left out"}},
           export_election},
          {{"election verify"},
           {"BUNDLE"},
           1,
           "recount a bundle with no node and no network; exit 1 if anything is wrong",
           {{"diff", Arity::kOne, "OTHER", "recount this one too and compare them; exit 1 if they contradict"}},
           verify_election},
          {{"election list"}, {}, 0, "list the elections", {}, list_elections},
          {{"genesis id"}, {"FILE"}, 1, "print the network id of a chain specification", {}, genesis_id},
      },
      {"bootstrap-server(8)", "peer-node(8)", "vote-client(1)"},
  };
}

}  // namespace

int main(int argc, char** argv) { return suara::client::run_program(admin_program(), argc, argv); }
