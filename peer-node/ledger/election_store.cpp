#include "peer-node/ledger/election_store.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "peer-node/ledger/limits.hpp"
#include "peer-node/store/schema.hpp"

#include <iterator>

namespace suara::ledger {
namespace {

using namespace node_store;  // NOLINT(google-build-using-namespace): the families, by their names

std::string join(ByteView first, ByteView second) {
  std::string key;
  key.reserve(first.size() + second.size());
  key.append(as_text(first));
  key.append(as_text(second));
  return key;
}

// Integers in keys are big-endian, so that keys sort like numbers.
std::array<std::uint8_t, 2> big_endian(std::uint16_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xff)};
}

ElectionTerms read_terms(ByteReader& in) {
  ElectionTerms terms;
  in.read(terms.organiser.bytes);
  terms.electorate = static_cast<Electorate>(in.u8());
  terms.opens_at_ms = in.u64();
  terms.closes_at_ms = in.u64();
  terms.closed_early = in.u8() != 0;
  terms.enrolled = in.u64();
  terms.candidates = in.u16();
  return terms;
}

std::uint64_t read_count(std::string_view value) {
  ByteReader in(as_bytes(value));
  const std::uint64_t count = in.u64();
  CHECK(in.finished());
  return count;
}

// Calls `visit(rest of the key, value)` for the keys of `family` that begin with the election's id.
template <class Visit>
void for_each_of(const store::StoreView& view, store::Family family, const ElectionId& election, std::string_view from,
                 const Visit& visit) {
  const std::string_view prefix = as_text(election.view());
  view.scan(family, from, [&](std::string_view key, std::string_view value) {
    return key.starts_with(prefix) && visit(key.substr(prefix.size()), value);
  });
}

ElectionState read_election(const store::StoreView& view, const ElectionId& id, std::string_view value) {
  ByteReader in(as_bytes(value));
  const ElectionTerms terms = read_terms(in);
  ElectionState election;
  election.id = id;
  election.organiser = terms.organiser;
  election.definition.electorate = terms.electorate;
  election.definition.opens_at_ms = terms.opens_at_ms;
  election.definition.closes_at_ms = terms.closes_at_ms;
  election.closed_early = terms.closed_early;
  election.enrolled = terms.enrolled;
  election.definition.title = in.sized_text(kMaxTextSizeBytes);
  election.definition.candidates.reserve(terms.candidates);
  for (std::uint16_t i = 0; i < terms.candidates; ++i) {
    election.definition.candidates.push_back(in.sized_text(kMaxTextSizeBytes));
  }
  CHECK(in.finished());
  for (const std::uint64_t votes : tally(view, election)) election.votes += votes;
  return election;
}

VoteEntry read_vote(const PublicKey& voter, std::string_view value) {
  ByteReader in(as_bytes(value));
  VoteEntry vote;
  vote.voter = voter;
  vote.candidate = in.u16();
  in.read(vote.transaction.bytes);
  CHECK(in.finished());
  return vote;
}

}  // namespace

std::string transaction_key(const TransactionId& id) { return std::string(as_text(id.view())); }
std::string election_key(const ElectionId& id) { return std::string(as_text(id.view())); }
std::string tally_key(const ElectionId& election, std::uint16_t candidate) {
  return join(election.view(), big_endian(candidate));
}
std::string vote_key(const ElectionId& election, const PublicKey& voter) { return join(election.view(), voter.view()); }
std::string roll_key(const ElectionId& election, const PublicKey& voter) { return join(election.view(), voter.view()); }
std::string roll_name_key(const ElectionId& election, std::string_view name) {
  return join(election.view(), as_bytes(name));
}

// -- reading --

std::optional<ElectionTerms> find_terms(const store::StoreView& view, const ElectionId& id) {
  const auto value = view.get(kElections, election_key(id));
  if (!value) return std::nullopt;
  ByteReader in(as_bytes(*value));
  const ElectionTerms terms = read_terms(in);
  CHECK(in.ok());
  return terms;
}

void for_each_terms(const store::StoreView& view, const std::function<void(const ElectionTerms&)>& visit) {
  view.scan(kElections, "", [&](std::string_view, std::string_view value) {
    ByteReader in(as_bytes(value));
    visit(read_terms(in));
    return true;
  });
}

bool has_voted(const store::StoreView& view, const ElectionId& election, const PublicKey& voter) {
  return view.get(kVotes, vote_key(election, voter)).has_value();
}

bool is_enrolled(const store::StoreView& view, const ElectionId& election, const PublicKey& voter) {
  return view.get(kRoll, roll_key(election, voter)).has_value();
}

bool has_roll_name(const store::StoreView& view, const ElectionId& election, std::string_view name) {
  return view.get(kRollNames, roll_name_key(election, name)).has_value();
}

std::optional<Location> find_transaction(const store::StoreView& view, const TransactionId& id) {
  const auto value = view.get(kTransactions, transaction_key(id));
  if (!value) return std::nullopt;
  ByteReader in(as_bytes(*value));
  Location location;
  in.read(location.block.bytes);
  location.index = in.u32();
  CHECK(in.finished());
  return location;
}

std::optional<ElectionState> find_election(const store::StoreView& view, const ElectionId& id) {
  const auto value = view.get(kElections, election_key(id));
  if (!value) return std::nullopt;
  return read_election(view, id, *value);
}

std::vector<ElectionState> elections(const store::StoreView& view, std::optional<ElectionId> after, std::size_t limit) {
  std::vector<ElectionState> found;
  if (limit == 0) return found;
  std::string from;
  if (after) from = election_key(*after) + '\0';
  view.scan(kElections, from, [&](std::string_view key, std::string_view value) {
    ElectionId id;
    ByteReader in(as_bytes(key));
    in.read(id.bytes);
    CHECK(in.finished());
    found.push_back(read_election(view, id, value));
    return found.size() < limit;
  });
  return found;
}

std::vector<std::uint64_t> tally(const store::StoreView& view, const ElectionState& election) {
  std::vector<std::uint64_t> votes(election.definition.candidates.size());
  for_each_of(view, kTallies, election.id, election_key(election.id),
              [&](std::string_view rest, std::string_view value) {
                CHECK(rest.size() == 2);
                const ByteView candidate = as_bytes(rest);
                const std::size_t index = static_cast<std::size_t>(candidate[0]) << 8 | candidate[1];
                CHECK(index < votes.size());
                votes[index] = read_count(value);
                return true;
              });
  return votes;
}

std::optional<VoteEntry> find_vote(const store::StoreView& view, const ElectionId& election, const PublicKey& voter) {
  const auto value = view.get(kVotes, vote_key(election, voter));
  if (!value) return std::nullopt;
  return read_vote(voter, *value);
}

std::vector<VoteEntry> votes(const store::StoreView& view, const ElectionId& election, std::optional<PublicKey> after,
                             std::size_t limit) {
  std::vector<VoteEntry> found;
  if (limit == 0) return found;
  const std::string from = after ? vote_key(election, *after) + '\0' : election_key(election);
  for_each_of(view, kVotes, election, from, [&](std::string_view rest, std::string_view value) {
    PublicKey voter;
    ByteReader in(as_bytes(rest));
    in.read(voter.bytes);
    CHECK(in.finished());
    found.push_back(read_vote(voter, value));
    return found.size() < limit;
  });
  return found;
}

std::vector<Enrolment> roll(const store::StoreView& view, const ElectionId& election, std::optional<PublicKey> after,
                            std::size_t limit) {
  std::vector<Enrolment> found;
  if (limit == 0) return found;
  const std::string from = after ? roll_key(election, *after) + '\0' : election_key(election);
  for_each_of(view, kRoll, election, from, [&](std::string_view rest, std::string_view value) {
    Enrolment& voter = found.emplace_back();
    ByteReader in(as_bytes(rest));
    in.read(voter.key.bytes);
    CHECK(in.finished());
    voter.voter = value;
    return found.size() < limit;
  });
  return found;
}

// -- writing --

void put_location(store::WritableView& view, const TransactionId& id, const Location& location) {
  ByteWriter out;
  out.raw(location.block.bytes);
  out.u32(location.index);
  view.put(kTransactions, transaction_key(id), out.text());
}

void put_election(store::WritableView& view, const ElectionState& election) {
  ByteWriter out;
  out.raw(election.organiser.bytes);
  out.u8(static_cast<std::uint8_t>(election.definition.electorate));
  out.u64(election.definition.opens_at_ms);
  out.u64(election.definition.closes_at_ms);
  out.u8(election.closed_early ? 1 : 0);
  out.u64(election.enrolled);
  out.u16(static_cast<std::uint16_t>(election.definition.candidates.size()));
  out.sized(election.definition.title);
  for (const std::string& candidate : election.definition.candidates) out.sized(candidate);
  view.put(kElections, election_key(election.id), out.text());
}

void put_enrolment(store::WritableView& view, const ElectionId& election, const Enrolment& voter) {
  view.put(kRoll, roll_key(election, voter.key), voter.voter);
  view.put(kRollNames, roll_name_key(election, voter.voter), std::string(as_text(voter.key.view())));
}

void put_vote(store::WritableView& view, const ElectionId& election, const VoteEntry& vote) {
  ByteWriter entry;
  entry.u16(vote.candidate);
  entry.raw(vote.transaction.bytes);
  view.put(kVotes, vote_key(election, vote.voter), entry.text());

  const std::string key = tally_key(election, vote.candidate);
  const auto before = view.get(kTallies, key);
  ByteWriter count;
  count.u64(1 + (before ? read_count(*before) : 0));
  view.put(kTallies, key, count.text());
}

}  // namespace suara::ledger
