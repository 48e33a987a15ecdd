// election enrol: a CSV file of voters and their keys becomes EnrolVoters transactions.
#include "admin-client/commands.hpp"
#include "admin-client/submit.hpp"
#include "common/client/csv.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/util/hex.hpp"
#include "peer-node/ledger/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;

std::vector<ledger::Enrolment> read_roll(const std::string& path) {
  client::CsvProblems problems(path);
  const auto rows = client::read_csv(path, {"voter_id", "public_key"}, problems);
  std::set<std::string> names;
  std::set<PublicKey> keys;
  std::vector<ledger::Enrolment> roll;
  for (const auto& row : rows) {
    const auto bytes = from_hex(row.cells[1]);
    const auto key = bytes ? parse_public_key(*bytes) : Result<PublicKey>(KeyError::kNotAPoint);
    if (row.cells[0].empty())
      problems.add(row.line, "the voter's name is empty");
    else if (!names.insert(row.cells[0]).second)
      problems.add(row.line, "voter \"" + row.cells[0] + "\" is there already");
    if (!key)
      problems.add(row.line, "public_key takes 128 hexadecimal digits, as vote-client keygen prints them");
    else if (!keys.insert(*key).second)
      problems.add(row.line, "this public key is there already");
    if (key) roll.push_back({row.cells[0], *key});
  }
  problems.throw_if_any();
  return roll;
}

}  // namespace

Exit enrol_voters(const client::Invocation& invocation) {
  const auto& word = invocation.words()[0];
  const auto id = ledger::ElectionId::from_hex(word);
  if (!id) throw client::usage_error("an election's id has 64 hexadecimal digits, not \"" + word + "\"");
  const auto roll = read_roll(invocation.words()[1]);
  client::NodeApi node(node_url(invocation));
  const auto network = node.network();
  const auto key = organiser_key(invocation, network);
  std::vector<std::string> transactions;
  for (std::size_t begin = 0; begin < roll.size(); begin += ledger::kMaxEnrolments) {
    const auto end = std::min(roll.size(), begin + ledger::kMaxEnrolments);
    ledger::EnrolVoters part{
        *id, {roll.begin() + static_cast<std::ptrdiff_t>(begin), roll.begin() + static_cast<std::ptrdiff_t>(end)}};
    transactions.push_back(submit(node, key, network, std::move(part)));
  }
  for (const auto& transaction : transactions) wait_for_block(node, transaction);
  if (invocation.json()) {
    client::print_json(json::object{{"id", id->hex()}, {"enrolled", roll.size()}});
  } else {
    client::print(fmt::format("{} voters enrolled in election {}\n", roll.size(), id->hex()));
  }
  return Exit::kOk;
}

}  // namespace suara::admin
