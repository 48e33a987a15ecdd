// A store on a reactor of its own, for tests that block.
#pragma once

#include "common/shell/rocks_store.hpp"
#include "tests/shell/running_reactor.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <fstream>
#include <map>
#include <sstream>

namespace suara::shell {

inline constexpr store::Family kRows{0};
inline constexpr store::Family kIndex{1};

inline RocksOptions options_in(const std::string& folder) {
  RocksOptions options;
  options.folder = folder;
  options.families = {"rows", "index"};
  options.identity = "network-a";
  return options;
}

// An open store on a running reactor, with what it reports recorded.
class Store {
 public:
  explicit Store(const RocksOptions& options) { opened = open(options); }
  ~Store() {
    reactor.call([&] { opened = Error(); });
  }
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Result<std::unique_ptr<RocksStore>> open(const RocksOptions& options) {
    StoreHandlers handlers;
    handlers.on_stored = [this](StoreToken token) { stored.add(token.value); };
    handlers.on_failed = [this](const Error& error) { failed.add(error); };
    handlers.on_unavailable = [this](const std::string&) { unavailable.add(true); };
    handlers.on_available = [this] { unavailable.add(false); };
    handlers.on_commit = [this](const StoreCommit& commit) { commits.add(commit); };
    return RocksStore::open(reactor.get(), options, std::move(handlers));
  }
  RocksStore& operator*() { return *opened.value(); }
  RocksStore* operator->() { return opened.value().get(); }

  RunningReactor reactor;
  Recorder<std::uint64_t> stored;
  Recorder<Error> failed;
  Recorder<StoreCommit> commits;
  Recorder<bool> unavailable;
  Result<std::unique_ptr<RocksStore>> opened = Error();
};

inline store::WriteBatch put(const std::string& key, const std::string& value) {
  store::WriteBatch batch;
  batch.put(kRows, key, value);
  return batch;
}

inline Error refusal(const RocksOptions& options) {
  Reactor reactor;
  const auto result = RocksStore::open(reactor, options, {});
  if (result) throw std::runtime_error("opened, and should have been refused");
  return result.error();
}

// Every file of a folder with its contents and time of change.
inline std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf() << entry.last_write_time().time_since_epoch().count();
    files[entry.path().filename().string()] = text.str();
  }
  return files;
}

}  // namespace suara::shell
