#include "tests/sim/node_host.hpp"

#include "common/wire/peer_messages.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/chain/work.hpp"
#include "tests/sim/failure.hpp"

#include <algorithm>
#include <unordered_map>

namespace suara::sim {
namespace {

constexpr Duration kMaxRetirement = std::chrono::seconds(5);

// Real checks, each made once a process: the nodes of a run, and runs, check the same signatures again and again.
bool holds(const node::SignatureCheck& check) {
  constexpr std::size_t kMaxRemembered = 200'000;
  static std::unordered_map<Hash256, bool> remembered;
  const Hash256 name = sha256({check.key.view(), check.digest.view(), check.signature.view()});
  const auto found = remembered.find(name);
  if (found != remembered.end()) return found->second;
  if (remembered.size() == kMaxRemembered) remembered.clear();
  const bool result = verify(check.key, check.digest, check.signature);
  remembered.emplace(name, result);
  return result;
}

}  // namespace

NodeHost::NodeHost(Environment& environment, const LineHostOptions& options, NodeHostOptions node)
    : LineHost(environment, options),
      node_options_(std::move(node)),
      core_rng_(environment.rng.next()),
      watch_(options.ip) {}

void NodeHost::daemon_started() {
  auto opened = node::Node::open(node_options_.node, disk().view(), core_rng_, now());
  require(opened.has_value(), name() + " does not open: " + (opened ? "" : opened.error().message()));
  node_ = std::move(*opened);
  watch_.started(*node_);
  feed(node::Started{});
}

void NodeHost::daemon_died() {
  watch_.died();
  node_.reset();
  mining_.reset();
  workers_free_at_.clear();
  unanswered_.clear();
}

// ---- events --------------------------------------------------------------------------------------------------

void NodeHost::opened(const Opened& what) {
  if (what.inbound) {
    feed(node::Accepted{what.connection, what.remote_host, what.remote_port});
  } else {
    feed(node::Dialed{what.dial, what.connection, what.remote_host});
  }
}

void NodeHost::dial_failed(DialId dial, const Error& error) { feed(node::DialFailed{dial, error}); }
void NodeHost::line(ConnectionId connection, std::string_view line) { feed(node::LineReceived{connection, line}); }
void NodeHost::bad_line(ConnectionId connection, const Error& error) { feed(node::BadLine{connection, error}); }
void NodeHost::closed(ConnectionId connection, const Error& reason) { feed(node::Disconnected{connection, reason}); }
void NodeHost::stored(StoreToken token) { feed(node::Stored{token}); }
void NodeHost::tick() { feed(node::Tick{}); }
std::optional<Instant> NodeHost::next_deadline() const { return node_->next_deadline(); }

void NodeHost::submit(const Bytes& transaction, Answered answered) {
  const node::RequestId request{next_request_++};
  if (drops_votes_ && request.value % 2 == 0) {
    const auto decoded = ledger::decode_transaction(transaction);
    if (decoded && std::holds_alternative<ledger::CastVote>(decoded->statement) &&
        ledger::signature_holds(*decoded, node_->chain()->network())) {
      return answered(ledger::transaction_id(*decoded));
    }
  }
  unanswered_.emplace(request, std::move(answered));
  trace("submit", as_text(transaction));
  feed(node::Submit{request, transaction});
}

void NodeHost::retire() {
  trace("asked to end");
  later(kMaxRetirement, [this] { throw Failure(name() + ": asked to end, it runs on"); });
  feed(node::ShutdownRequested{});
}

// ---- actions -------------------------------------------------------------------------------------------------

void NodeHost::feed(node::Event event) {
  const std::uint64_t life = lives();
  for (node::Action& action : node_->handle(std::move(event), now())) {
    std::visit([this](auto& one) { execute(one); }, action);
    if (lives() != life) return;
  }
  watch_.after_event(*node_);
  arm();
}

void NodeHost::execute(node::Dial& action) { environment_.network.dial(id(), action.dial, action.address); }
void NodeHost::execute(node::Send& action) {
  send(action.connection, node_options_.forges_seals ? forged(*action.bytes) : *action.bytes);
}

// A line as a modified node sends it: headers have this node's seals, and not those it got from others.
std::string NodeHost::forged(const std::string& line) const {
  const auto message = wire::peer::decode(std::string_view(line).substr(0, line.size() - 1));
  if (!message) return line;
  const chain::ChainState& chain = *node_->chain();
  const auto sealed_again = [&](const Bytes& bytes) {
    Bytes all;
    for (chain::SealedHeader& header : chain::decode_sealed_headers(chain.spec(), bytes).value()) {
      header.seal = chain::make_seal(*node_options_.forges_seals, chain.network(), chain::block_id(header.header));
      const Bytes one = chain::encode(header);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  };
  if (const auto* headers = std::get_if<wire::peer::Headers>(&*message)) {
    return wire::peer::encode(wire::peer::Headers{sealed_again(headers->bytes)});
  }
  if (const auto* compact = std::get_if<wire::peer::Compact>(&*message)) {
    return wire::peer::encode(wire::peer::Compact{sealed_again(compact->header), compact->leaves});
  }
  return line;
}

void NodeHost::execute(node::Close& action) {
  log("closes: " + action.reason);
  close(action.connection);
}

void NodeHost::execute(node::RaiseLineLimit& action) { set_max_line_size(action.connection, action.size_bytes); }
void NodeHost::execute(node::Store& action) { store(action.token, std::move(action.batch)); }

Duration NodeHost::time_to_check(std::size_t signatures) {
  // Workers finish in any order.
  if (!node_options_.workers) return between(environment_.rng, Duration(0), node_options_.max_check_time);
  workers_free_at_.resize(node_options_.workers->count);
  Instant& free_at = *std::ranges::min_element(workers_free_at_);
  const Instant now = environment_.scheduler.now();
  free_at = std::max(free_at, now) + node_options_.workers->per_signature * static_cast<Duration::rep>(signatures);
  return free_at - now;
}

void NodeHost::execute(node::Verify& action) {
  later(time_to_check(action.checks.size()), [this, action = std::move(action)] {
    const bool all_hold = std::all_of(action.checks.begin(), action.checks.end(), holds);
    trace(all_hold ? "verified" : "refuted", std::to_string(action.verify.value));
    feed(node::Verified{action.verify, all_hold});
  });
}

void NodeHost::execute(node::Mine& action) {
  mining_ = action.job;
  const auto target = chain::target_of(action.header.bits);
  require(target.has_value(), name() + ": a header to mine has no target");
  const chain::Uint256 work = chain::work_of_target(*target);
  const auto effort = static_cast<double>(work) / static_cast<double>(node_options_.reference_work);
  const Duration mean(static_cast<Duration::rep>(static_cast<double>(node_options_.mean_mining.count()) * effort));
  later(exponential(environment_.rng, mean),
        [this, job = action.job, header = action.header, target = *target]() mutable {
          if (mining_ != job) return;
          mining_.reset();
          header.nonce = environment_.rng.next();
          while (!chain::meets_target(chain::block_id(header), target)) ++header.nonce;
          trace("mined", chain::block_id(header).hex());
          feed(node::Mined{job, header.nonce});
        });
}

void NodeHost::execute(node::StopMining&) { mining_.reset(); }

void NodeHost::execute(node::Respond& action) {
  auto request = unanswered_.extract(action.request);
  require(!request.empty(), name() + ": an answer to a request nobody made");
  if (action.result) {
    watch_.accepted(*node_, disk().durable(), *action.result);
    trace("accepted", action.result->hex());
  } else {
    trace("refused", action.result.error().name());
  }
  request.mapped()(action.result);
}

void NodeHost::execute(node::TipMoved& action) {
  trace("tip", action.id.hex());
  watch_.announced(action, disk().durable());
}

void NodeHost::execute(node::Stop&) { die(Death::kProcess); }
void NodeHost::execute(Report& action) {
  if (action.text.find(" refuses us: ") != std::string::npos) {
    ++refusals_[action.text.substr(action.text.rfind('(') + 1, action.text.rfind(')') - action.text.rfind('(') - 1)];
  }
  log("says: " + action.text);
  if (keeps_log_) said_.push_back({environment_.scheduler.now(), action.severity, action.text});
}

std::size_t NodeHost::refused_with(const std::string& code) const {
  const auto found = refusals_.find(code);
  return found == refusals_.end() ? 0 : found->second;
}

}  // namespace suara::sim
