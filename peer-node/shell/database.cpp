#include "peer-node/shell/database.hpp"

#include "common/shell/reactor.hpp"
#include "common/shell/rocks_scratch.hpp"
#include "common/shell/rocks_view.hpp"
#include "common/shell/start_up.hpp"
#include "peer-node/p2p/ban_list.hpp"
#include "peer-node/shell/limits.hpp"
#include "peer-node/store/check.hpp"
#include "peer-node/store/schema.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <cstdio>
#include <optional>

namespace suara::node_shell {
namespace {

// On a terminal one line that changes, elsewhere a line now and then.
class ProgressLines {
 public:
  void tell(std::string_view part, std::uint64_t done, std::uint64_t total) {
    const Instant now = shell::Reactor::now().instant;
    if (told_at_ && now < *told_at_ + (terminal_ ? kProgressInterval : kProgressInterval * 10)) return;
    told_at_ = now;
    const std::string of = total > 0 ? fmt::format(" of {}", total) : std::string();
    fmt::print(stderr, "{}checking {}: {}{}{}", terminal_ ? "\r\x1b[K" : "", part, done, of, terminal_ ? "" : "\n");
    std::fflush(stderr);
    shown_ = true;
  }
  void end() const {
    if (shown_ && terminal_) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  std::optional<Instant> told_at_;
  bool shown_ = false;
};

node_store::CheckReport look_through(const NodeOptions& options, const store::StoreView& view) {
  // Beside the database: as large as its ledger, so not where memory may pass for a disk.
  const auto scratch = shell::value_or_fail(
      shell::RocksScratch::make(options.data_folder + "/check.tmp", node_store::family_names()), "scratch database");
  ProgressLines lines;
  auto report =
      node_store::check_database({.view = view,
                                  .scratch = *scratch,
                                  .write_scratch = [&](const store::WriteBatch& batch) { scratch->write(batch); },
                                  .progress = [&](std::string_view part, std::uint64_t done,
                                                  std::uint64_t total) { lines.tell(part, done, total); }},
                                 options.network);
  lines.end();
  return report;
}

}  // namespace

shell::RocksOptions database_options(const NodeOptions& options) {
  shell::RocksOptions rocks;
  rocks.folder = options.data_folder + "/db";
  rocks.families = node_store::family_names();
  rocks.format_version = node_store::kFormatVersion;
  rocks.migrations = node_store::migrations();
  rocks.identity = options.network.hex();
  rocks.damage_advice =
      "started once with --repair, the node sets it aside, deletes nothing and fetches the chain from peers again";
  rocks.repair = options.repair;
  rocks.kept_by_repair = {node_store::kAddresses, node_store::kAdmin};
  rocks.worth_keeping = [](std::string_view key, std::string_view value) {
    // A bad one would be found again by the next --repair.
    return node_store::is_address_row(key, value) || p2p::is_admin_row(key, value);
  };
  rocks.inspect = [options](const store::StoreView& view) {
    const auto findings = look_through(options, view).findings;
    return findings.count() == 0 ? std::string() : findings.listed().front();
  };
  return rocks;
}

shell::ExitCode check_command(const NodeOptions& options) {
  shell::RocksOptions rocks = database_options(options);
  rocks.repair = true;  // every block of every file
  const auto view = shell::value_or_fail(shell::open_read_only(rocks), "database");
  const auto report = look_through(options, *view);
  for (const std::string& problem : report.findings.listed()) fmt::print("{}\n", problem);
  const std::uint64_t wrong = report.findings.count();
  if (wrong > report.findings.listed().size()) {
    fmt::print("and {} more\n", wrong - report.findings.listed().size());
  }
  fmt::print("{}: height {}, {} headers, {} transactions, {} votes: {}\n", rocks.folder, report.height, report.headers,
             report.transactions, report.votes,
             wrong == 0 ? "nothing is wrong" : fmt::format("{} wrong; {}", wrong, rocks.damage_advice));
  return wrong == 0 ? shell::ExitCode::kSuccess : shell::ExitCode::kWrong;
}

}  // namespace suara::node_shell
