// The daemon's start: what can fail comes first and touches nothing, the node's own files last.
#include "common/shell/start_up.hpp"
#include "common/shell/data_folder.hpp"
#include "common/shell/logging.hpp"
#include "common/util/hex.hpp"
#include "peer-node/node/node_error.hpp"
#include "peer-node/shell/advertised_address.hpp"
#include "peer-node/shell/database.hpp"
#include "peer-node/shell/node_key.hpp"
#include "peer-node/shell/peer_daemon.hpp"
#include "peer-node/store/check.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <cstdio>

namespace suara::node_shell {

void PeerDaemon::listen() {
  listening_ = options_.listen;
  listening_.port =
      shell::value_or_fail(network_.listen(options_.listen), "listening for peers on " + options_.listen.text());
  facts_.listen = listening_.text();
  if (!options_.advertise) {
    options_.advertise = guess_advertised(listening_, options_.bootstrap);
  }
  if (options_.advertise) facts_.advertise = options_.advertise->text();
  if (!options_.http) return;
  http_ = std::make_unique<HttpApi>(
      reactor_,
      HttpPorts{.view = [this] { return view(); },
                .metrics = [this] { return metrics(); },
                .stored_tip = [this] { return chain::stored_tip(*store_); },
                .submit =
                    [this](std::vector<Bytes> transactions, Submissions::AllAnswers answer) {
                      return submit(std::move(transactions), std::move(answer));
                    },
                .command = [this](wire::NodeCommand command,
                                  CommandAnswer answer) { this->command(std::move(command), std::move(answer)); }});
  http_port_ = shell::value_or_fail(http_->listen(*options_.http), "listening for HTTP on " + options_.http->text());
}

void PeerDaemon::open_store() {
  shell::value_or_fail(shell::prepare_data_folder(options_.data_folder), "data folder");
  const shell::RocksOptions rocks = database_options(options_);
  shell::StoreHandlers handlers;
  handlers.on_stored = [this](StoreToken token) {
    feed(node::Stored{token});
    start_console();  // if it has waited for genesis
  };
  handlers.on_commit = [this](const shell::StoreCommit& commit) { store_meter_.add(commit); };
  handlers.on_failed = [this](const Error& error) {
    shell::log(Severity::kError, "the database failed; what was last written may be lost: " + error.message());
    end(shell::ExitCode::kIo);
  };
  handlers.on_unavailable = [](const std::string& reason) {
    shell::log(Severity::kError, "no room to write (" + reason +
                                     "): waiting for some; until then no transaction is accepted and no tip announced");
  };
  handlers.on_available = [] { shell::log(Severity::kInfo, "there is room to write again"); };
  store_ = shell::value_or_fail(shell::RocksStore::open(reactor_, rocks, std::move(handlers)), "database");
  if (!store_->set_aside().empty()) {
    shell::log(Severity::kWarning, "the database was damaged and is now in " + store_->set_aside() +
                                       "; the chain is fetched from peers again");
  }
  if (const std::string wrong = node_store::check_for_opening(*store_); !wrong.empty()) {
    const Error damaged(shell::StoreError::kCorrupt, rocks.folder + " (" + wrong + "); " + rocks.damage_advice);
    throw shell::StartUpFailure(shell::exit_code_for(damaged), "database: " + damaged.message());
  }
}

void PeerDaemon::open_node() {
  const PrivateKey key = open_node_key(options_.data_folder);
  facts_.version = std::string(kVersion);
  facts_.network = options_.network;
  facts_.node_key_hex = to_hex(key.public_key().view());
  facts_.mining = options_.mining;
  facts_.mining_threads = options_.mining == node::MiningMode::kOff ? 0 : options_.mining_threads;
  const Now now = shell::Reactor::now();
  facts_.started_at = now.instant;
  if (options_.console) {
    console_ = std::make_unique<Console>(
        ConsolePorts{.view = [this] { return view(); },
                     .submit =
                         [this](Bytes transaction, const Submissions::Answer& answer) {
                           std::vector<Bytes> one;
                           one.push_back(std::move(transaction));
                           const auto accepted =
                               submit(std::move(one), [answer](const auto& results) { answer(results.front()); });
                           if (!accepted) answer(accepted.error());
                         },
                     .print =
                         [](std::string_view text) {
                           std::fwrite(text.data(), 1, text.size(), stdout);
                           std::fflush(stdout);
                         },
                     .quit = [this] { request_stop(); },
                     .random = [this] { return rng_.next(); }},
        ConsoleKeys(options_.data_folder + "/console-keys"), key);
  }
  node::Options node{.spec = options_.spec,
                     .network = options_.network,
                     .node_key = key,
                     .advertise = options_.advertise,
                     .bootstrap = options_.bootstrap,
                     .static_peers = options_.static_peers,
                     .discovery = options_.discovery,
                     .admin_key = open_admin_key(options_.data_folder).public_key(),
                     .mining = options_.mining,
                     .agent = "suara/" + std::string(kVersion),
                     .minimum_work = options_.minimum_work};
  auto opened = node::Node::open(std::move(node), *store_, rng_, now);
  if (!opened && opened.error() == node::NodeError::kNotAMiner) {
    throw shell::StartUpFailure(shell::ExitCode::kConfiguration, "mining: " + opened.error().message());
  }
  node_ = shell::value_or_fail(std::move(opened), "database");
}

void PeerDaemon::start_console() {
  if (!console_ || input_) return;
  console_->welcome();
  input_ = std::make_unique<LineInput>(STDIN_FILENO, [this](std::string line) {
    reactor_.post([this, line = std::move(line)] {
      input_->handled();
      if (!ended_) console_->line(line);
    });
  });
}

void PeerDaemon::log_started() {
  const chain::ChainState* chain = node_->chain();
  shell::log(
      Severity::kInfo,
      fmt::format("peer-node {} on network {}{}: peers {}{}, {}", kVersion, options_.network.hex(),
                  chain != nullptr ? " (" + chain->spec().name + ")" : std::string(), facts_.listen,
                  facts_.advertise.empty() || facts_.advertise == facts_.listen ? std::string()
                                                                                : " advertised as " + facts_.advertise,
                  http_ ? fmt::format("HTTP {}:{}", options_.http->host, http_port_) : "no HTTP"));
  if (chain != nullptr) {
    shell::log(Severity::kInfo, fmt::format("tip {} at height {}", chain->tip().id.hex(), chain->tip().height));
  }
  if (facts_.advertise.empty()) {
    shell::log(Severity::kWarning,
               "others cannot find this node: it listens on all addresses and does not know which of them to tell; "
               "give --advertise HOST:PORT");
  } else if (facts_.advertise != facts_.listen) {
    shell::log(Severity::kInfo, "if others cannot dial " + facts_.advertise + ", give --advertise HOST:PORT");
  }
}

}  // namespace suara::node_shell
