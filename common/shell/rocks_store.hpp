// RocksDB behind the storage port: one database, a fixed list of column families, a format version in it, a
// writer thread that commits what has queued up as one synced batch. RocksDB stays in the .cpp.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/store/store_view.hpp"
#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace suara::shell {

enum class StoreError {
  kCannotOpen,     ///< folder missing, not writable, or locked by another process: exit 74 or 77
  kLocked,         ///< another process has it open: exit 69
  kNotPermitted,   ///< exit 77
  kNewerFormat,    ///< written by a newer release: exit 78, nothing touched
  kOtherIdentity,  ///< belongs to another network: exit 78, nothing touched
  kCorrupt,        ///< damaged: exit 74
  kWriteFailed,    ///< a commit or its sync failed; whether it happened is unknown: exit 74
};
ErrorText describe(StoreError error);

struct RocksOptions {
  std::string folder;
  std::vector<std::string> families;  ///< family n of the port is families[n]
  std::uint32_t format_version = 1;
  std::string identity;  ///< e.g. network id in hex; must match what the database was made with
  std::size_t block_cache_bytes = 32 * 1024 * 1024;
};

class RocksStore final : public store::StoreView {
 public:
  /// Opens or makes the database. The callbacks run on the reactor's thread.
  static Result<std::unique_ptr<RocksStore>> open(Reactor& reactor, const RocksOptions& options,
                                                  std::function<void(StoreToken)> on_stored,
                                                  std::function<void(const Error&)> on_failed);
  ~RocksStore() override;

  /// Queues a batch. Durable in the order given; all that is queued when the writer gets to it is one commit.
  void store(StoreToken token, store::WriteBatch batch);

  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override;
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override;

 private:
  struct State;
  explicit RocksStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace suara::shell
