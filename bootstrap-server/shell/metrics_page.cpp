#include "bootstrap-server/shell/metrics_page.hpp"

#include "bootstrap-server/shell/version.hpp"
#include "common/shell/metrics.hpp"
#include "common/shell/process_metrics.hpp"

namespace suara::directory {
namespace {

using shell::MetricsText;

void write_connections(MetricsText& text, const Stats& stats, const shell::LineNetworkCounters& network,
                       std::size_t send_queue_bytes) {
  text.gauge("suara_bootstrap_connections", "Connections that are open.", stats.connections);
  text.counter("suara_bootstrap_connections_accepted_total", "Connections accepted.", network.accepted);
  text.counters("suara_bootstrap_connections_rejected_total", "Connections closed as they came.");
  text.value({{"reason", "total_bound"}}, network.refused_total_bound);
  text.value({{"reason", "address_bound"}}, network.refused_address_bound);
  text.value({{"reason", "not_allowed"}}, network.refused_access);
  text.counters("suara_bootstrap_connections_closed_total", "Connections that ended, by why.");
  for (const auto& [reason, count] : network.closed) text.value({{"reason", reason}}, count);
  text.counter("suara_bootstrap_received_bytes_total", "Bytes read from connections.", network.received_bytes);
  text.counter("suara_bootstrap_sent_bytes_total", "Bytes written to connections.", network.sent_bytes);
  text.gauge("suara_bootstrap_send_queue_bytes", "Bytes that wait to be written to connections.", send_queue_bytes);
}

void write_requests(MetricsText& text, const RequestMeter& requests) {
  const auto each_kind = [](auto&& write) {
    for (std::size_t i = 0; i < kRequestKinds; ++i) write(static_cast<RequestKind>(i));
  };
  text.counters("suara_bootstrap_requests_total", "Requests answered, by type and by \"ok\" or the error's code.");
  each_kind([&](RequestKind kind) {
    text.value({{"type", text_of(kind)}, {"result", "ok"}}, requests.of(kind).granted);
    for (const auto& [code, count] : requests.of(kind).refused) {
      text.value({{"type", text_of(kind)}, {"result", code}}, count);
    }
  });
  text.histograms("suara_bootstrap_request_duration_seconds",
                  "From a request's line to its answer, the wait for the disk included.");
  each_kind([&](RequestKind kind) { text.value({{"type", text_of(kind)}}, requests.of(kind).took); });
  text.counters("suara_bootstrap_parse_errors_total", "Lines that are no request, by the error's code.");
  for (const auto& [code, count] : requests.bad_lines()) text.value({{"code", code}}, count);
  text.counters("suara_bootstrap_rate_limited_total", "Refusals because a caller asked too often, by the rate.");
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const auto bucket = static_cast<Bucket>(i);
    text.value({{"type", text_of(bucket)}}, requests.rate_limited_of(bucket));
  }
}

void write_directory(MetricsText& text, const Stats& stats) {
  text.gauges("suara_bootstrap_rows", "Peers in all networks.");
  text.value({{"state", "verified"}}, stats.peers_verified);
  text.value({{"state", "unverified"}}, stats.peers_unverified);
  text.value({{"state", "unchecked"}}, stats.peers_unchecked);
  text.value({{"state", "unlisted"}}, stats.peers_unlisted);
  text.gauge("suara_bootstrap_paused_networks", "Networks in which nobody expires.", stats.networks_paused);
  text.counters("suara_bootstrap_registrations_total", "Registrations granted, of new rows and of those there were.");
  text.value({{"kind", "new"}}, stats.registered);
  text.value({{"kind", "renewed"}}, stats.renewed);
  text.counters("suara_bootstrap_removals_total", "Rows that went, by why.");
  for (std::size_t i = 0; i < wire::kLeaveReasons; ++i) {
    text.value({{"reason", wire::text_of(static_cast<wire::LeaveReason>(i))}}, stats.removed[i]);
  }
  text.gauge("suara_bootstrap_subscribers", "Connections that hear of changes.", stats.subscriptions);
  text.gauge("suara_bootstrap_revision", "Of the latest change.", stats.revision);
  text.gauge("suara_bootstrap_rate_limited_callers", "Callers whose bursts are not whole.", stats.limited_callers);
}

void write_store(MetricsText& text, const Stats& stats, const StoreMeter& store) {
  text.histogram("suara_bootstrap_store_sync_duration_seconds", "Writes to the database, with their sync to the disk.",
                 store.took);
  text.counter("suara_bootstrap_store_batches_total", "Changes written, several with one sync.", store.batches);
  text.counter("suara_bootstrap_store_written_bytes_total", "Keys and values written.", store.written_bytes);
  text.gauge("suara_bootstrap_store_available", "0 while the disk is full.", stats.disk_full ? 0 : 1);
  text.gauge("suara_bootstrap_store_batches_in_flight", "Changes that wait for the disk.", stats.batches_in_flight);
}

void write_dials(MetricsText& text, const Stats& stats, const shell::LineNetworkCounters& network) {
  text.counters("suara_bootstrap_notices_total", "Notices to classic peers, by what became of them.");
  text.value({{"result", "delivered"}}, network.notified);
  text.value({{"result", "failed"}}, network.notify_failed);
  text.value({{"result", "dropped"}}, network.notify_dropped);
  text.value({{"result", "withheld"}}, stats.notices_dropped);
  text.counters("suara_bootstrap_probes_total", "Dial-backs, by what became of them.");
  text.value({{"result", "reached"}}, network.probed);
  text.value({{"result", "failed"}}, network.probe_failed);
  text.value({{"result", "dropped"}}, network.probe_dropped);
  text.gauges("suara_bootstrap_checks", "Addresses that are being dialled back.");
  text.value({{"state", "in_flight"}}, stats.checks_in_flight);
  text.value({{"state", "waiting"}}, stats.checks_waiting);
}

}  // namespace

std::string metrics_page(const HttpContext& context) {
  const Stats stats = context.server.stats();
  MetricsText text;
  text.gauges("suara_bootstrap_build_info", "1; the labels tell what runs.");
  text.value({{"version", kVersion}}, 1);
  write_connections(text, stats, context.network, context.send_queue_bytes);
  write_requests(text, context.server.requests());
  write_directory(text, stats);
  write_store(text, stats, context.store);
  if (const auto free_bytes = free_disk_bytes(context.readiness.data_folder)) {
    text.gauge("suara_bootstrap_disk_free_bytes", "Room where the database is.", *free_bytes);
  }
  write_dials(text, stats, context.network);
  text.histogram("suara_bootstrap_loop_lag_seconds",
                 "How late a timer of the event loop fires, looked at every second.", context.loop_lag);
  shell::write_process_metrics(text);
  return text.text();
}

}  // namespace suara::directory
