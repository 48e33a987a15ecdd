// election enroll: a CSV file of voters and their keys becomes EnrolVoters transactions. Run again, it goes on where it
// was: who is on the roll is skipped.
#include "admin-client/commands.hpp"
#include "admin-client/roll.hpp"
#include "admin-client/roll_sender.hpp"
#include "admin-client/submit.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/client/progress.hpp"
#include "common/util/base64.hpp"
#include "common/util/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{100};
constexpr std::size_t kListedConflicts = 20;

std::vector<ledger::Enrolment> fetch_roll(client::NodeApi& node, const ledger::ElectionId& election) {
  std::vector<ledger::Enrolment> roll;
  std::string after;
  for (;;) {
    const auto answer = node.require("/v1/elections/" + election.hex() + "/roll?limit=1000" + after);
    const auto page = client::objects_at(answer, "voters");
    for (const auto& voter : page) {
      const auto bytes = from_hex(client::text_at(voter, "key"));
      ledger::Enrolment enrolment{client::text_at(voter, "voter"), {}};
      if (!bytes || bytes->size() != enrolment.key.bytes.size())
        throw Failure(Exit::kUnavailable, "bad_answer", "the node's answer is not understood: \"key\" is no key");
      std::copy(bytes->begin(), bytes->end(), enrolment.key.bytes.begin());
      // A node that never comes to an end would be found out here, as keys ascend.
      if (!roll.empty() && !(roll.back().key < enrolment.key))
        throw Failure(Exit::kUnavailable, "bad_answer", "the node's roll is not in order");
      roll.push_back(std::move(enrolment));
    }
    const auto* next = answer.if_contains("next");
    if (page.empty() || next == nullptr || next->is_null()) return roll;
    after = "&after=" + client::text_at(answer, "next");
  }
}

RollPlan plan_now(client::NodeApi& node, const ledger::ElectionId& election, const std::vector<RollRow>& rows) {
  auto plan = plan_roll(election, rows, fetch_roll(node, election));
  if (plan.conflicts.empty()) return plan;
  std::string text = "nothing was sent, because";
  for (std::size_t i = 0; i < std::min(plan.conflicts.size(), kListedConflicts); ++i)
    text += "\n  " + client::printable(plan.conflicts[i]);
  if (plan.conflicts.size() > kListedConflicts)
    text += fmt::format("\n  and {} more", plan.conflicts.size() - kListedConflicts);
  throw Failure(Exit::kRefused, "voter_exists", text);
}

/// A plan's parts, signed once, until a block has each.
class Enroller {
 public:
  Enroller(client::NodeApi& node, const PrivateKey& key, const NetworkId& network, const RollPlan& plan)
      : node_(node), sender_(plan.parts.size()) {
    for (const auto& part : plan.parts) {
      const auto transaction = ledger::sign(key, network, part);
      parts_.push_back(
          {to_base64(ledger::encode(transaction)), ledger::transaction_id(transaction).hex(), part.voters.size()});
    }
  }

  /// False when the roll has to be looked at again. Throws Failure.
  bool run(client::Progress& progress, std::size_t enrolled_before) {
    auto last_progress = Clock::now();
    for (std::size_t confirmed = 0; !sender_.finished();) {
      const bool on_course = send();
      ask();
      progress.show(enrolled_before + enrolled(), 0);
      if (!on_course) return false;
      if (sender_.confirmed() > confirmed) last_progress = Clock::now();
      confirmed = sender_.confirmed();
      if (Clock::now() - last_progress > kConfirmationTimeout) give_up();
      if (!sender_.finished()) std::this_thread::sleep_for(kPause);
    }
    return true;
  }

 private:
  struct Part {
    std::string transaction;
    std::string id;
    std::size_t voters = 0;
  };

  bool send() {
    for (const auto part : sender_.to_send()) {
      const auto answer = node_.post("/v1/transactions", json::object{{"transaction", parts_[part].transaction}});
      const auto code = answer.ok ? std::string() : answer.reached ? answer.code : "unreachable";
      last_refusal_ = answer.ok ? "" : answer.message;
      switch (sender_.answered(part, code)) {
        case RollSender::Verdict::kGoOn: break;
        case RollSender::Verdict::kPause: return true;
        case RollSender::Verdict::kReplan: return false;
        case RollSender::Verdict::kGiveUp: throw Failure(Exit::kRefused, answer.code, answer.message);
      }
    }
    return true;
  }

  void ask() {
    for (const auto part : sender_.to_ask_after()) {
      const auto answer = node_.get("/v1/transactions/" + parts_[part].id);
      auto standing = RollSender::Standing::kNoAnswer;
      if (answer.ok) {
        const auto status = client::text_at(answer.body.get_object(), "status");
        // Of a refused one the node says why when it is sent again; a displaced one it may take this time.
        standing = status == "confirmed" ? RollSender::Standing::kConfirmed
                   : status == "refused" ? RollSender::Standing::kUnknown
                                         : RollSender::Standing::kWaiting;
      } else if (answer.code == "unknown_transaction") {
        standing = RollSender::Standing::kUnknown;
      }
      sender_.found(part, standing);
      if (standing != RollSender::Standing::kConfirmed) return;  // those behind it are not in a block either
    }
  }

  [[nodiscard]] std::size_t enrolled() const {
    std::size_t voters = 0;
    for (std::size_t part = 0; part < parts_.size(); ++part)
      voters += sender_.is_confirmed(part) ? parts_[part].voters : 0;
    return voters;
  }

  [[noreturn]] void give_up() const {
    throw Failure(
        Exit::kUnavailable, "not_confirmed",
        fmt::format("{} voters were enrolled, then no block took more for {} s{}; run this again to go on", enrolled(),
                    kConfirmationTimeout.count(),
                    last_refusal_.empty() ? std::string("; is anybody mining?") : " (" + last_refusal_ + ")"));
  }

  client::NodeApi& node_;
  RollSender sender_;
  std::vector<Part> parts_;
  std::string last_refusal_;
};

std::string roll_file(const client::Invocation& invocation) {
  const bool has_word = invocation.words().size() > 1;
  if (invocation.has("file") == has_word)
    throw client::usage_error("the roll is named once: --file FILE.csv, with columns voter_id,public_key");
  return has_word ? invocation.words()[1] : invocation.require("file");
}

}  // namespace

Exit enrol_voters(const client::Invocation& invocation) {
  const auto& word = invocation.words()[0];
  const auto id = ledger::ElectionId::from_hex(word);
  if (!id) throw client::usage_error("an election's id has 64 hexadecimal digits, not \"" + word + "\"");
  const auto rows = read_roll(roll_file(invocation));
  client::NodeApi node(node_url(invocation));
  const auto network = node.network();
  const auto key = organiser_key(invocation, network);
  const auto first = plan_now(node, *id, rows);
  {
    client::Progress progress(rows.size(), "voters");
    auto plan = first;
    auto give_up = Clock::now() + kConfirmationTimeout;
    while (!Enroller(node, key, network, plan).run(progress, plan.enrolled)) {
      if (Clock::now() > give_up) {
        throw Failure(Exit::kUnavailable, "not_confirmed",
                      "some of these voters are in transactions that no block takes; is anybody mining?");
      }
      std::this_thread::sleep_for(kPause);  // who stands in the way is in a block soon
      auto next = plan_now(node, *id, rows);
      if (next.enrolled > plan.enrolled) give_up = Clock::now() + kConfirmationTimeout;
      plan = std::move(next);
    }
  }
  const auto enrolled = rows.size() - first.enrolled;
  if (invocation.json()) {
    client::print_json(json::object{{"id", id->hex()}, {"enrolled", enrolled}, {"already_enrolled", first.enrolled}});
  } else {
    client::print(fmt::format("{} voters enrolled in election {}{}\n", enrolled, id->hex(),
                              first.enrolled == 0 ? "" : fmt::format(", {} were already", first.enrolled)));
  }
  return Exit::kOk;
}

}  // namespace suara::admin
