// get-peers: the union of what the servers list, printed page by page, and which server lacks what.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "admin-client/networks.hpp"
#include "admin-client/peer_merge.hpp"
#include "admin-client/peer_printer.hpp"
#include "common/client/output.hpp"
#include "common/wire/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace suara::admin {
namespace {

using client::Exit;
using client::Failure;

/// Rows listed without --all.
constexpr std::size_t kListedRows = 1000;

/// For one page of a server that says `rate_limited`.
constexpr unsigned kMaxWaits = 10;
constexpr std::uint64_t kLongestWaitMs = 10'000;

class Listing {
 public:
  explicit Listing(const client::Invocation& invocation)
      : client_(bootstrap_servers(invocation)),
        network_(network_option(invocation)),
        most_(invocation.has("all") ? SIZE_MAX : kListedRows),
        merge_(client_.servers().size()),
        printer_(PeerPrinter::make(invocation, client_.servers())),
        tallies_(client_.servers().size()) {}

  Exit run() {
    read_pages(true);
    printer_->begin(network_);
    bool more = print_rows();
    while (!more && read_pages(false)) more = print_rows();
    printer_->end(tallies_, more);
    say_what_is_missing(more);
    return outcome_;
  }

 private:
  wire::BootstrapRequest page_after(const std::string& cursor) const {
    wire::GetPeers request;
    request.network = network_.value_or(std::string(wire::kEveryNetwork));
    request.limit = static_cast<std::uint32_t>(wire::kMaxPeersPerAnswer);
    request.after = cursor;
    return request;
  }

  /// Asks every server for the page that is wanted of it; false when none is.
  bool read_pages(bool first) {
    std::vector<BootstrapClient::Request> requests;
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      const auto cursor = merge_.wanted(i);
      requests.push_back(cursor ? BootstrapClient::Request(page_after(*cursor)) : std::nullopt);
    }
    if (std::none_of(requests.begin(), requests.end(), [](const auto& request) { return !!request; })) return false;
    auto answers = client_.ask(requests);
    if (first && !network_ && std::any_of(answers.begin(), answers.end(), refuses_every_network)) {
      client::say(
          "only the classic peers are listed: servers list all networks to their own host alone; name one with "
          "--network ID or --network dev");
      network_ = "";
      return read_pages(false);
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i]) take(i, std::move(*answers[i]));
    }
    return true;
  }

  static bool refuses_every_network(const BootstrapClient::Answer& answer) {
    if (!answer || !*answer) return false;
    const auto* error = std::get_if<wire::ErrorReply>(&**answer);
    return error != nullptr && error->code == "not_permitted";
  }

  /// Servers ration their answers; a page that is not to be had yet is asked for again. False: it has been, often.
  bool may_wait(std::size_t server, const wire::ErrorReply& refusal) {
    if (refusal.code != "rate_limited" || ++tallies_[server].waits > kMaxWaits) return false;
    const auto ms = std::min(refusal.retry_after_ms.value_or(1000), kLongestWaitMs);
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    return true;
  }

  void take(std::size_t server, Result<wire::BootstrapReply> answer) {
    if (const auto* refusal = answer ? std::get_if<wire::ErrorReply>(&*answer) : nullptr;
        refusal != nullptr && may_wait(server, *refusal))
      return;
    tallies_[server].waits = 0;
    const auto& address = client_.servers()[server];
    auto* page = answer ? std::get_if<wire::Peers>(&*answer) : nullptr;
    if (page == nullptr) return fail(server, failure_of(address, answer));
    tallies_[server].rows += page->peers.size();
    tallies_[server].revision = page->revision;
    if (const auto added = merge_.add(server, std::move(*page)); !added)
      fail(server, {Exit::kUnavailable, "bad_answer", address.text() + ": " + added.error().message()});
  }

  void fail(std::size_t server, const Failure& failure) {
    // Alone, and with nothing printed yet, it is the command that fails.
    if (tallies_.size() == 1 && tallies_[server].rows == 0) throw failure;
    client::say("admin-client: " + std::string(failure.what()), Severity::kError);
    tallies_[server].error = failure;
    if (outcome_ == Exit::kOk) outcome_ = failure.exit();
    merge_.drop(server);
  }

  /// Prints what is known; true when there is more than what may be listed.
  bool print_rows() {
    while (auto peer = merge_.next()) {
      if (listed_ == most_) return true;
      for (const auto server : peer->lacking) ++tallies_[server].lacking;
      printer_->row(*peer);
      ++listed_;
    }
    printer_->flush();
    if (listed_ < most_) return false;
    for (std::size_t i = 0; i < tallies_.size(); ++i)
      if (merge_.wanted(i)) return true;
    return false;
  }

  void say_what_is_missing(bool more) {
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
      if (tallies_[i].lacking == 0) continue;
      client::say(fmt::format("admin-client: {} lacks {} of the {} listed", client_.servers()[i].text(),
                              tallies_[i].lacking, listed_),
                  Severity::kWarning);
    }
    if (more) client::say(fmt::format("{} are listed, and there are more; --all lists every one", listed_));
    if (listed_ > 0 || outcome_ != Exit::kOk) return;
    if (!network_) {
      client::say("no peers are registered");
    } else {
      client::say(network_->empty() ? "no peers in the classic peers' network; name another with --network ID or "
                                      "--network dev"
                                    : "no peers in network " + *network_);
    }
  }

  BootstrapClient client_;
  std::optional<std::string> network_;
  std::size_t most_;
  PeerMerge merge_;
  std::unique_ptr<PeerPrinter> printer_;
  std::vector<ServerTally> tallies_;
  std::size_t listed_ = 0;
  Exit outcome_ = Exit::kOk;
};

}  // namespace

Exit get_peers(const client::Invocation& invocation) { return Listing(invocation).run(); }

}  // namespace suara::admin
