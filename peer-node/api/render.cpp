#include "peer-node/api/render.hpp"

#include "common/util/hex.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace suara::api {
namespace {

namespace json = boost::json;

json::array names(const std::vector<std::string>& candidates) {
  json::array list;
  list.reserve(candidates.size());
  for (const std::string& candidate : candidates) list.emplace_back(candidate);
  return list;
}

std::string_view name_of(ledger::Electorate electorate) {
  switch (electorate) {
    case ledger::Electorate::kOpen: return "open";
    case ledger::Electorate::kRoll: return "roll";
  }
  return "";
}

/// Adds `type` and the members of the statement's kind.
struct AddStatement {
  json::object& out;

  void operator()(const ledger::OpenElection& s) const {
    out["type"] = "open_election";
    out["title"] = s.title;
    out["candidates"] = names(s.candidates);
    out["electorate"] = name_of(s.electorate);
    out["opens_at_ms"] = s.opens_at_ms;
    out["closes_at_ms"] = s.closes_at_ms;
  }
  void operator()(const ledger::AddCandidates& s) const {
    out["type"] = "add_candidates";
    out["election"] = s.election.hex();
    out["candidates"] = names(s.candidates);
  }
  void operator()(const ledger::EnrolVoters& s) const {
    out["type"] = "enrol_voters";
    out["election"] = s.election.hex();
    json::array voters;
    voters.reserve(s.voters.size());
    for (const auto& [voter, key] : s.voters) {
      voters.push_back(json::object{{"voter", voter}, {"key", to_hex(key.view())}});
    }
    out["voters"] = std::move(voters);
  }
  void operator()(const ledger::CloseElection& s) const {
    out["type"] = "close_election";
    out["election"] = s.election.hex();
  }
  void operator()(const ledger::CastVote& s) const {
    out["type"] = "cast_vote";
    out["election"] = s.election.hex();
    out["candidate"] = s.candidate;
  }
  void operator()(const ledger::Record& s) const {
    out["type"] = "record";
    out["nonce"] = std::to_string(s.nonce);
    out["data"] = s.data;
  }
};

std::string bits_hex(std::uint32_t bits) {
  return to_hex(Bytes{static_cast<std::uint8_t>(bits >> 24), static_cast<std::uint8_t>(bits >> 16),
                      static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)});
}

}  // namespace

json::object render(const Error& error) {
  return {{"error", json::object{{"code", error.name()}, {"message", error.message()}}}};
}

json::object render(const ledger::Transaction& transaction) {
  json::object out;
  out["id"] = ledger::transaction_id(transaction).hex();
  std::visit(AddStatement{out}, transaction.statement);
  out["author"] = to_hex(transaction.author.view());
  out["signature"] = to_hex(transaction.signature.view());
  return out;
}

json::object render(const chain::Header& header, const chain::BlockId& id) {
  return {{"id", id.hex()},
          {"height", header.height},
          {"version", header.version},
          {"previous", header.previous.hex()},
          {"transactions_root", header.transactions_root.hex()},
          {"time_ms", header.time_ms},
          {"bits", bits_hex(header.bits)},
          {"nonce", std::to_string(header.nonce)}};
}

json::object render(const chain::ChainPoint& point) {
  return {{"id", point.id.hex()}, {"height", point.height}, {"time_ms", point.time_ms}};
}

std::string_view election_phase(const ledger::ElectionState& election, const chain::ChainPoint& tip, WallTime now) {
  const std::uint64_t time_ms = std::max(tip.time_ms, to_unix_ms(now));
  if (election.closed_early || time_ms >= election.definition.closes_at_ms) return "closed";
  return time_ms < election.definition.opens_at_ms ? "upcoming" : "open";
}

json::object render(const ledger::ElectionState& election, const store::StoreView& store, const chain::ChainPoint& tip,
                    WallTime now) {
  json::object out;
  out["id"] = election.id.hex();
  out["title"] = election.definition.title;
  out["organiser"] = to_hex(election.organiser.view());
  out["electorate"] = name_of(election.definition.electorate);
  out["opens_at_ms"] = election.definition.opens_at_ms;
  out["closes_at_ms"] = election.definition.closes_at_ms;
  out["closed_early"] = election.closed_early;
  out["state"] = election_phase(election, tip, now);
  out["votes"] = election.votes;
  out["enrolled"] =
      election.definition.electorate == ledger::Electorate::kRoll ? json::value(election.enrolled) : json::value();
  const bool has_roll = election.definition.electorate == ledger::Electorate::kRoll && election.enrolled > 0;
  out["turnout"] = has_roll ? json::value(static_cast<double>(election.votes) / static_cast<double>(election.enrolled))
                            : json::value();
  const std::vector<std::uint64_t> tally = ledger::tally(store, election);
  json::array candidates;
  candidates.reserve(election.definition.candidates.size());
  for (std::size_t i = 0; i < election.definition.candidates.size(); ++i) {
    candidates.push_back(json::object{
        {"index", i}, {"name", election.definition.candidates[i]}, {"votes", i < tally.size() ? tally[i] : 0}});
  }
  out["candidates"] = std::move(candidates);
  out["tip"] = render(tip);
  return out;
}

}  // namespace suara::api
