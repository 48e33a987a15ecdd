#include "peer-node/shell/metrics_page.hpp"

#include "common/shell/free_disk.hpp"
#include "common/shell/metrics.hpp"
#include "common/shell/process_metrics.hpp"
#include "peer-node/shell/node_options.hpp"

#include <algorithm>

namespace suara::node_shell {
namespace {

using shell::MetricsText;

// Of a node that has not fetched its network's specification yet there is no chain, and its numbers are left out.
void write_chain(MetricsText& text, const MetricsContext& context, const node::Meter& meter) {
  const node::Node& node = context.node;
  if (const chain::ChainState* chain = node.chain(); chain != nullptr && context.tip) {
    text.gauge("suara_node_height", "Of the best chain's tip.", context.tip->height);
    text.gauge("suara_node_tip_time_seconds", "The tip's own time, since 1970.",
               static_cast<double>(context.tip->time_ms) / 1000);
    text.gauge("suara_node_best_header_height", "Of the header with the most work; above the height while catching up.",
               chain->best_header().height);
  }
  text.gauge("suara_node_synced", "1 when the tip has the minimum work and no peer is known to have more.",
             node.synced() ? 1 : 0);
  const node::Progress progress = node.progress();
  text.gauge("suara_node_sync_progress_ratio", "How much of the way to the best header's height is done.",
             progress.percent / 100);
  text.gauge("suara_node_sync_blocks_per_second", "Blocks connected lately while catching up; 0 when not.",
             progress.blocks_per_second);
  text.gauges("suara_node_sync_left_seconds", "Until it has caught up, at this rate.");
  if (progress.left) text.value({}, progress.left->count());
  text.counter("suara_node_blocks_connected_total", "Blocks that became part of the best chain.",
               meter.blocks_connected);
  text.counter("suara_node_blocks_disconnected_total", "Blocks that gave way to a chain with more work.",
               meter.blocks_disconnected);
  text.counter("suara_node_reorganisations_total", "How often blocks gave way.", meter.reorganisations);
  text.gauge("suara_node_deepest_reorganisation_blocks", "Blocks that gave way at once, at most.",
             meter.deepest_reorganisation_blocks);
  text.counter("suara_node_deep_reorganisations_total", "How often 6 blocks or more gave way.", meter.alarms.deep);
  text.counter("suara_node_refused_reorganisations_total", "Chains with more work that go back too far to be followed.",
               meter.alarms.refused);
}

void write_connections(MetricsText& text, const MetricsContext& context) {
  const auto peers = context.node.peers();
  const auto inbound = std::ranges::count_if(peers, [](const node::PeerInfo& peer) { return peer.inbound; });
  text.gauges("suara_node_peers", "Peers that have proved who they are, by who dialled.");
  text.value({{"direction", "inbound"}}, inbound);
  text.value({{"direction", "outbound"}}, std::ssize(peers) - inbound);
  const shell::LineNetworkCounters& network = context.network;
  text.gauge("suara_node_connections", "Connections that are open, peers or not.", context.connections);
  text.counter("suara_node_connections_accepted_total", "Connections accepted.", network.accepted);
  text.counters("suara_node_connections_rejected_total", "Connections closed as they came.");
  text.value({{"reason", "total_bound"}}, network.refused_total_bound);
  text.value({{"reason", "address_bound"}}, network.refused_address_bound);
  text.counters("suara_node_connections_closed_total", "Connections that ended, by why.");
  for (const auto& [reason, count] : network.closed) text.value({{"reason", reason}}, count);
  text.counter("suara_node_received_bytes_total", "Bytes read from connections.", network.received_bytes);
  text.counter("suara_node_sent_bytes_total", "Bytes written to connections.", network.sent_bytes);
  text.gauges("suara_node_clock_offset_seconds", "How far the outbound peers' clocks are ahead of ours (median).");
  if (const auto offset = context.node.clock_offset(context.now)) {
    text.value({}, std::chrono::duration<double>(*offset).count());
  }
  text.gauge("suara_node_bans", "Addresses, prefixes and keys that are banned.",
             context.node.bans(context.now.wall).size());
  text.gauge("suara_node_send_queue_bytes", "Bytes that wait to be written to connections.", context.send_queue_bytes);
}

void write_messages(MetricsText& text, const node::Meter& meter) {
  text.counters("suara_node_messages_received_total", "Messages of peers, by type.");
  for (std::size_t i = 0; i < meter.received.size(); ++i) {
    text.value({{"type", node::message_type(i)}}, meter.received[i]);
  }
  text.counters("suara_node_messages_sent_total", "Messages to peers, by type.");
  for (std::size_t i = 0; i + 1 < meter.sent.size(); ++i) {  // what is not known is not sent
    text.value({{"type", node::message_type(i)}}, meter.sent[i]);
  }
}

void write_transactions(MetricsText& text, const node::Node& node, const node::Meter& meter) {
  const mempool::Mempool* mempool = node.mempool();
  text.gauge("suara_node_mempool_transactions", "Transactions that wait for a block.",
             mempool != nullptr ? mempool->size() : 0);
  text.gauge("suara_node_mempool_bytes", "Their size.", mempool != nullptr ? mempool->size_bytes() : 0);
  text.counters("suara_node_refused_transactions_total",
                "Transactions that were not admitted, or left without a block, by the error's code.");
  for (const auto& [rule, count] : meter.refused_transactions) text.value({{"rule", rule}}, count);
  text.counter("suara_node_signature_checks_total", "Signatures checked, of transactions alone and in blocks.",
               meter.signature_checks);
  text.gauge("suara_node_signature_checks_waiting", "Signatures at the workers.", node.signature_checks_waiting());
}

void write_mining(MetricsText& text, const MetricsContext& context) {
  text.counter("suara_node_hashes_total", "Nonces tried.", context.hashes);
  text.gauge("suara_node_hashes_per_second", "Nonces tried a second, over the last ten seconds.",
             context.hashes_per_second);
}

void write_store(MetricsText& text, const MetricsContext& context) {
  text.histogram("suara_node_store_sync_duration_seconds", "Writes to the database, with their sync to the disk.",
                 context.store.took);
  text.counter("suara_node_store_batches_total", "Steps written, several with one sync.", context.store.batches);
  text.counter("suara_node_store_written_bytes_total", "Keys and values written.", context.store.written_bytes);
  if (const auto free_bytes = shell::free_disk_bytes(context.data_folder)) {
    text.gauge("suara_node_disk_free_bytes", "Room where the database is.", *free_bytes);
  }
}

}  // namespace

std::string metrics_page(const MetricsContext& context) {
  const node::Meter meter = context.node.meter();
  MetricsText text;
  text.gauges("suara_node_build_info", "1; the labels tell what runs.");
  text.value({{"version", kVersion}}, 1);
  write_chain(text, context, meter);
  write_connections(text, context);
  write_messages(text, meter);
  write_transactions(text, context.node, meter);
  write_mining(text, context);
  write_store(text, context);
  text.histogram("suara_node_loop_lag_seconds", "How late a timer of the event loop fires, looked at every second.",
                 context.loop_lag);
  shell::write_process_metrics(text);
  return text.text();
}

}  // namespace suara::node_shell
