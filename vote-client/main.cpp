// vote-client: what voters and auditors type.
#include "vote-client/commands.hpp"

namespace {

using suara::client::Arity;
using suara::client::Program;

Program vote_program() {
  using namespace suara::voting;
  return {
      "vote-client",
      "makes voters' keys, casts signed votes, keeps and checks receipts, shows results",
      {{"node", Arity::kMany, "URL",
        std::string("a node's HTTP address; a file's votes are spread over all; default ") + kDefaultNode}},
      {
          {{"keygen"}, {"FILE"}, 1, "make a voter's key, readable by its owner only", {}, keygen},
          {{"cast"},
           {},
           0,
           "cast one vote, or a file of votes",
           {{"key", Arity::kOne, "FILE", "the voter's key"},
            {"candidate", Arity::kOne, "NAME", "whom to vote for"},
            {"election", Arity::kOne, "ID", "default: the newest election that is open"},
            {"wait", Arity::kFlag, "", "return once a block has the vote, or say why none will"},
            {"file", Arity::kOne, "FILE.csv", "votes to cast: columns voter_id,candidate_id; a new key for each voter"},
            {"keys", Arity::kOne, "DIR", "with --file: keep the voters' keys there, and use those that are there"}},
           cast},
          {{"receipt"},
           {"TRANSACTION_ID"},
           1,
           "keep the proof that a transaction is in a block",
           {{"out", Arity::kOne, "FILE", "where to; default: the standard output"}},
           receipt},
          {{"verify"},
           {"FILE"},
           1,
           "check a receipt: by itself, in a chain of headers, or with --node against a node; exit 1 if it is wrong",
           {{"headers", Arity::kOne, "BUNDLE", "a chain of headers: any bundle of admin-client election export"}},
           verify},
          {{"results"}, {"ID"}, 0, "show a tally; default: the newest election's", {}, results},
      },
      {"admin-client(1)", "peer-node(8)"},
  };
}

}  // namespace

int main(int argc, char** argv) { return suara::client::run_program(vote_program(), argc, argv); }
