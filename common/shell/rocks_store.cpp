#include "common/shell/rocks_store.hpp"

#include "common/shell/rocks_check.hpp"
#include "common/shell/rocks_options.hpp"
#include "common/util/check.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>

namespace suara::shell {
namespace {

rocksdb::Slice to_slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// A read that fails must not look like a key that is absent: it ends the daemon.
void require(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error("reading the database failed: " + status.ToString());
}

// RocksDB cannot close after a failed write without tripping over an assertion of its own, and has nothing to
// gain from it: a database that is not closed is one that was killed. The process is about to end.
void abandon(std::unique_ptr<rocksdb::DB> database, const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  static auto* const abandoned = new std::vector<const void*>;  // outlives even static destructors
  abandoned->push_back(database.release());
  abandoned->insert(abandoned->end(), handles.begin(), handles.end());
}

}  // namespace

ErrorText describe(StoreError error) {
  switch (error) {
    case StoreError::kCannotOpen: return {"cannot_open_store", "the database cannot be opened"};
    case StoreError::kLocked: return {"store_locked", "another process has the database open"};
    case StoreError::kNotPermitted: return {"store_not_permitted", "no permission to read and write the database"};
    case StoreError::kNewerFormat: return {"newer_store_format", "the database was written by a newer release"};
    case StoreError::kOtherIdentity: return {"other_store_identity", "the database belongs to another network"};
    case StoreError::kCorrupt: return {"store_corrupt", "the database is damaged"};
    case StoreError::kWriteFailed: return {"store_write_failed", "writing to the database failed"};
  }
  CHECK(false);
}

struct RocksStore::State {
  State(Reactor& on, std::function<void(StoreToken)> stored, std::function<void(const Error&)> failed)
      : reactor(on), callbacks(std::make_shared<Callbacks>(Callbacks{std::move(stored), std::move(failed)})) {}
  ~State();

  Result<std::monostate> open(const RocksOptions& options, Found found);
  void run_writer();
  rocksdb::Status commit(const std::deque<std::pair<StoreToken, store::WriteBatch>>& batches);
  void report_stored(std::vector<StoreToken> tokens);
  void report_failed(const rocksdb::Status& status);
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(store::Family family) const {
    CHECK(family < families.size());
    return families[family];
  }

  // Posted tasks hold these; emptied on the reactor's thread when the store goes.
  struct Callbacks {
    std::function<void(StoreToken)> on_stored;
    std::function<void(const Error&)> on_failed;
  };

  Reactor& reactor;
  std::shared_ptr<Callbacks> callbacks;
  std::unique_ptr<rocksdb::DB> database;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;   // all, the default one first
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // the port's

  std::mutex mutex;
  std::condition_variable wake_up;
  std::deque<std::pair<StoreToken, store::WriteBatch>> queue;
  bool stopping = false;
  bool write_failed = false;  // the writer's, until it is joined
  std::thread writer;
};

RocksStore::State::~State() {
  if (writer.joinable()) {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake_up.notify_one();
    writer.join();
  }
  *callbacks = {};
  if (write_failed) {
    abandon(std::move(database), handles);
    return;
  }
  for (auto* open_handle : handles) database->DestroyColumnFamilyHandle(open_handle);
}

Result<std::monostate> RocksStore::State::open(const RocksOptions& options, Found found) {
  const auto tuning = family_options(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, tuning}};
  for (const auto& name : options.families) wanted.emplace_back(name, tuning);
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::Open(database_options(), options.folder, wanted, &handles, &opened);
  if (!status.ok()) return to_store_error(options, status);
  database.reset(opened);
  families.assign(handles.begin() + 1, handles.end());
  if (found == Found::kOurs) return std::monostate{};

  rocksdb::WriteBatch rows;
  status = rows.Put(to_slice(kFormatVersionKey), std::to_string(options.format_version));
  if (status.ok()) status = rows.Put(to_slice(kIdentityKey), options.identity);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (status.ok()) status = database->Write(synced, &rows);
  if (!status.ok()) return to_store_error(options, status);
  return std::monostate{};
}

void RocksStore::State::run_writer() {
  while (true) {
    std::deque<std::pair<StoreToken, store::WriteBatch>> batches;
    {
      std::unique_lock lock(mutex);
      wake_up.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      batches.swap(queue);
    }
    const auto status = commit(batches);
    // The writer ends here: whether the batch happened is unknown, so nothing may be reported stored after it.
    if (!status.ok()) {
      write_failed = true;
      return report_failed(status);
    }
    std::vector<StoreToken> tokens;
    tokens.reserve(batches.size());
    for (const auto& [token, batch] : batches) tokens.push_back(token);
    report_stored(std::move(tokens));
  }
}

rocksdb::Status RocksStore::State::commit(const std::deque<std::pair<StoreToken, store::WriteBatch>>& batches) {
  rocksdb::WriteBatch all;
  for (const auto& [token, batch] : batches) {
    for (const store::Write& write : batch.writes()) {
      const auto status = write.value ? all.Put(handle(write.family), write.key, *write.value)
                                      : all.Delete(handle(write.family), write.key);
      if (!status.ok()) return status;
    }
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return database->Write(synced, &all);
}

void RocksStore::State::report_stored(std::vector<StoreToken> tokens) {
  reactor.post([to = callbacks, done = std::move(tokens)] {
    for (const StoreToken token : done) {
      if (to->on_stored) to->on_stored(token);
    }
  });
}

void RocksStore::State::report_failed(const rocksdb::Status& status) {
  reactor.post([to = callbacks, error = Error(StoreError::kWriteFailed, status.ToString())] {
    if (to->on_failed) to->on_failed(error);
  });
}

RocksStore::RocksStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RocksStore::~RocksStore() = default;

Result<std::unique_ptr<RocksStore>> RocksStore::open(Reactor& reactor, const RocksOptions& options,
                                                     std::function<void(StoreToken)> on_stored,
                                                     std::function<void(const Error&)> on_failed) {
  const auto found = look_at_database(options);
  if (!found) return found.error();
  auto state = std::make_unique<State>(reactor, std::move(on_stored), std::move(on_failed));
  SUARA_TRY(state->open(options, *found));
  state->writer = std::thread([raw = state.get()] { raw->run_writer(); });
  return std::unique_ptr<RocksStore>(new RocksStore(std::move(state)));
}

void RocksStore::store(StoreToken token, store::WriteBatch batch) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->queue.emplace_back(token, std::move(batch));
  }
  state_->wake_up.notify_one();
}

std::optional<std::string> RocksStore::get(store::Family family, std::string_view key) const {
  std::string value;
  const auto status = state_->database->Get({}, state_->handle(family), to_slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  require(status);
  return value;
}

void RocksStore::scan(store::Family family, std::string_view from, const Visitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> at(state_->database->NewIterator({}, state_->handle(family)));
  for (at->Seek(to_slice(from)); at->Valid(); at->Next()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) return;
  }
  require(at->status());
}

void RocksStore::scan_back(store::Family family, std::string_view from, const Visitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> at(state_->database->NewIterator({}, state_->handle(family)));
  for (at->SeekForPrev(to_slice(from)); at->Valid(); at->Prev()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) return;
  }
  require(at->status());
}

}  // namespace suara::shell
