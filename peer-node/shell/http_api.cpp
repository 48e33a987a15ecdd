#include "peer-node/shell/http_api.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/metrics.hpp"
#include "peer-node/api/api_error.hpp"
#include "peer-node/api/router.hpp"
#include "peer-node/api/submission.hpp"

#include <fmt/format.h>

namespace suara::node_shell {
namespace {

shell::HttpResponse to_http(api::Response response) {
  return {
      .status = response.status, .content_type = std::move(response.content_type), .body = std::move(response.body)};
}

void log_refusals(const std::vector<Result<ledger::TransactionId>>& results) {
  for (const auto& result : results) {
    if (!result) shell::log(Severity::kDebug, "refused a transaction over HTTP: " + result.error().message());
  }
}

}  // namespace

HttpApi::HttpApi(shell::Reactor& reactor, HttpPorts ports)
    : ports_(std::move(ports)), server_(reactor, {}, [this](shell::HttpRequest request, const shell::Respond& respond) {
        handle(std::move(request), respond);
      }) {}

void HttpApi::handle(shell::HttpRequest request, const shell::Respond& respond) {
  api::NodeView node = ports_.view();
  node.trees = &trees_;
  api::Answer answer = api::answer(
      node, {std::move(request.method), std::move(request.path), std::move(request.query), std::move(request.body)});
  if (auto* response = std::get_if<api::Response>(&answer)) return respond(to_http(std::move(*response)));
  if (auto* submission = std::get_if<api::Submission>(&answer)) return submit(std::move(*submission), respond);
  if (auto* command = std::get_if<api::Command>(&answer)) return this->command(std::move(command->command), respond);
  if (std::holds_alternative<api::Scrape>(answer)) {
    return respond(
        {.status = 200, .content_type = std::string(shell::MetricsText::kContentType), .body = ports_.metrics()});
  }
  subscribe(respond);
}

void HttpApi::submit(api::Submission submission, const shell::Respond& respond) {
  const auto accepted =
      ports_.submit(std::move(submission.transactions),
                    [respond, batch = submission.batch](const std::vector<Result<ledger::TransactionId>>& results) {
                      log_refusals(results);
                      respond(to_http(api::submission_response(batch, results)));
                    });
  if (!accepted) respond(to_http(api::error_response(accepted.error())));
}

void HttpApi::command(wire::NodeCommand command, const shell::Respond& respond) {
  const wire::NodeCommandKind kind = command.kind;
  ports_.command(std::move(command), [respond, kind](const Result<node::CommandOutcome>& result) {
    if (!result) shell::log(Severity::kDebug, "refused a command over HTTP: " + result.error().message());
    respond(to_http(api::command_response(kind, result)));
  });
}

void HttpApi::subscribe(const shell::Respond& respond) {
  shell::HttpResponse response;
  response.content_type = "text/event-stream";
  if (const auto tip = ports_.stored_tip()) response.body = tip_event(tip->id, tip->height);
  response.on_stream = [this](std::shared_ptr<shell::HttpStream> stream) { streams_.add(std::move(stream)); };
  respond(std::move(response));
}

void HttpApi::tip_moved(const node::TipMoved& tip) { streams_.write(tip_event(tip.id, tip.height)); }

void HttpApi::shut_down() {
  streams_.close();
  server_.shut_down();
}

}  // namespace suara::node_shell
