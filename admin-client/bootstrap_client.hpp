// The bootstrap servers of one command, asked at once: each has its own connection, which is kept between questions.
#pragma once

#include "admin-client/refusals.hpp"
#include "common/client/failure.hpp"
#include "common/client/program.hpp"
#include "common/util/result.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suara::admin {

/// Servers of one command; more are refused as usage.
inline constexpr std::size_t kMaxServers = 64;

/// How long a server may take for one answer, the dial included.
inline constexpr std::chrono::seconds kAnswerDeadline{15};

/// The servers named by --bootstrap, each once, or the default one. Throws Failure kUsage.
std::vector<wire::Address> bootstrap_servers(const client::Invocation& invocation);

class BootstrapClient {
 public:
  explicit BootstrapClient(std::vector<wire::Address> servers);
  ~BootstrapClient();
  BootstrapClient(const BootstrapClient&) = delete;
  BootstrapClient& operator=(const BootstrapClient&) = delete;

  using Request = std::optional<wire::BootstrapRequest>;
  using Answer = std::optional<Result<wire::BootstrapReply>>;

  /// requests[i] goes to the server i, nullopt asks it nothing. Returns when all have answered or failed; a kept
  /// connection that the server has meanwhile closed is dialled again once.
  std::vector<Answer> ask(const std::vector<Request>& requests, std::chrono::milliseconds deadline = kAnswerDeadline);
  /// The same question to all.
  std::vector<Answer> ask_all(const wire::BootstrapRequest& request,
                              std::chrono::milliseconds deadline = kAnswerDeadline);

  [[nodiscard]] const std::vector<wire::Address>& servers() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What ends a command that has this answer: kUnavailable without one or with one that was not asked for, kRefused for
/// an ErrorReply, with what helps against it where that is known.
client::Failure failure_of(const wire::Address& server, const Result<wire::BootstrapReply>& answer,
                           SignedBy signed_by = SignedBy::kNobody);

/// One of several servers has failed: said on stderr, and on stdout as a line of JSON with `json`.
void report_failure_at(const wire::Address& server, const client::Failure& failure, bool json);

}  // namespace suara::admin
