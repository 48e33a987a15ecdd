#include "common/shell/rocks_store.hpp"

#include "common/shell/disk_room.hpp"
#include "common/shell/rocks_check.hpp"
#include "common/shell/rocks_file_system.hpp"
#include "common/shell/rocks_options.hpp"
#include "common/shell/rocks_repair.hpp"
#include "common/shell/rocks_view.hpp"
#include "common/util/check.hpp"

#include <rocksdb/env.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

namespace suara::shell {
namespace {

rocksdb::Slice to_slice(std::string_view text) { return {text.data(), text.size()}; }

std::shared_ptr<DiskRoom> make_room(Reactor& reactor, const std::string& folder,
                                    const std::shared_ptr<StoreHandlers>& handlers) {
  DiskRoom::Handlers to;
  if (handlers->on_unavailable) {
    to.on_full = [&reactor, handlers](const std::string& reason) {
      reactor.post([handlers, reason] {
        if (handlers->on_unavailable) handlers->on_unavailable(reason);
      });
    };
    to.on_room = [&reactor, handlers] {
      reactor.post([handlers] {
        if (handlers->on_available) handlers->on_available();
      });
    };
  }
  return std::make_shared<DiskRoom>(folder, std::move(to));
}

}  // namespace

ErrorText describe(StoreError error) {
  switch (error) {
    case StoreError::kCannotOpen: return {"cannot_open_store", "the database cannot be opened"};
    case StoreError::kLocked: return {"store_locked", "another process has the database open"};
    case StoreError::kNotPermitted: return {"store_not_permitted", "no permission to read and write the database"};
    case StoreError::kNewerFormat: return {"newer_store_format", "the database was written by a newer release"};
    case StoreError::kOlderFormat: return {"older_store_format", "the database has the format of an older release"};
    case StoreError::kOtherIdentity: return {"other_store_identity", "the database belongs to another network"};
    case StoreError::kCorrupt: return {"store_corrupt", "the database is damaged"};
    case StoreError::kNoRoom: return {"store_no_room", "the disk is too full to open the database"};
    case StoreError::kWriteFailed: return {"store_write_failed", "writing to the database failed"};
  }
  CHECK(false);
}

struct RocksStore::State {
  using Batches = std::deque<std::pair<StoreToken, store::WriteBatch>>;

  State(Reactor& on, const RocksOptions& wanted, StoreHandlers to)
      : reactor(on),
        options(wanted),
        handlers(std::make_shared<StoreHandlers>(std::move(to))),
        room(make_room(on, wanted.folder, handlers)) {}
  ~State();

  Result<std::monostate> open_or_repair();
  [[nodiscard]] Result<Found> inspect_content() const;
  Result<std::monostate> open(Found found);
  void abandon();
  void run_writer();
  rocksdb::Status commit(const Batches& batches, StoreCommit& figures);
  void report_stored(const Batches& batches, const StoreCommit& figures);
  void report_failed(const rocksdb::Status& status);

  Reactor& reactor;
  const RocksOptions options;
  std::string set_aside;  // where to
  // Posted tasks hold these; emptied on the reactor's thread when the store goes.
  std::shared_ptr<StoreHandlers> handlers;
  std::shared_ptr<DiskRoom> room;
  std::unique_ptr<rocksdb::Env> files;
  std::unique_ptr<rocksdb::DB> database;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;  // all, the default one first
  std::optional<RocksView> view;

  std::mutex mutex;
  std::condition_variable wake_up;
  Batches queue;
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
    room->give_up();
    writer.join();
  }
  *handlers = {};
  if (write_failed || room->has_failed()) abandon();
  if (!database) return;
  for (auto* open_handle : handles) database->DestroyColumnFamilyHandle(open_handle);
}

// RocksDB cannot close after a failed write without tripping over an assertion of its own, and has nothing to
// gain from it: a database that is not closed is one that was killed. The process is about to end.
void RocksStore::State::abandon() {
  static auto* const abandoned = new std::vector<const void*>;  // outlives even static destructors
  abandoned->push_back(database.release());
  abandoned->push_back(files.release());
  abandoned->insert(abandoned->end(), handles.begin(), handles.end());
}

// Damage shows where one looks: in the files that opening reads, or, with options.repair, in any.
Result<std::monostate> RocksStore::State::open_or_repair() {
  auto found = look_at_database(options);
  if (found && *found == Found::kOurs && options.repair && options.inspect) found = inspect_content();
  Result<std::monostate> opened = found ? open(*found) : Result<std::monostate>(found.error());
  if (opened || !options.repair) return opened;
  if (!(opened.error() == StoreError::kCorrupt || opened.error() == StoreError::kOlderFormat)) return opened;
  // Looking through it took a while, and locked nothing.
  if (is_open_elsewhere(options.folder)) return Error(StoreError::kLocked, options.folder);
  auto moved = set_database_aside(options.folder);
  if (!moved) return moved.error();
  set_aside = *moved;
  return open(Found::kNothing);
}

// Files may be sound and rows wrong: a bug's doing, or somebody's.
Result<Found> RocksStore::State::inspect_content() const {
  const auto content = open_read_only(options);
  if (!content) return content.error();
  const std::string wrong = options.inspect(**content);
  return wrong.empty() ? Result<Found>(Found::kOurs) : Error(StoreError::kCorrupt, options.folder + " (" + wrong + ")");
}

Result<std::monostate> RocksStore::State::open(Found found) {
  if (!has_room_to_open(options.folder)) return Error(StoreError::kNoRoom, options.folder);
  const auto tuning = family_options(options);
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, tuning}};
  for (const auto& name : options.families) wanted.emplace_back(name, tuning);
  auto file_system = make_file_system(room);
  if (options.observe_files) file_system = options.observe_files(std::move(file_system));
  files = rocksdb::NewCompositeEnv(file_system);
  auto tuned = database_options();
  tuned.env = files.get();
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::Open(tuned, options.folder, wanted, &handles, &opened);
  if (!status.ok()) return to_store_error(options, status);
  database.reset(opened);
  view.emplace(options, *database, std::vector(handles.begin() + 1, handles.end()));
  if (found == Found::kOurs) return std::monostate{};
  if (found == Found::kOlder) {
    SUARA_TRY(migrate(options, *database, *view));
    return std::monostate{};
  }

  rocksdb::WriteBatch rows;
  if (!set_aside.empty()) status = view->add(salvage(set_aside, options), rows);
  if (status.ok()) status = rows.Put(to_slice(kFormatVersionKey), std::to_string(options.format_version));
  if (status.ok()) status = rows.Put(to_slice(kIdentityKey), options.identity);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (status.ok()) status = database->Write(synced, &rows);
  if (!status.ok()) return to_store_error(options, status);
  return std::monostate{};
}

void RocksStore::State::run_writer() {
  while (true) {
    Batches batches;
    {
      std::unique_lock lock(mutex);
      wake_up.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      batches.swap(queue);
    }
    StoreCommit figures;
    const auto status = commit(batches, figures);
    // The writer ends here: whether the batch happened is unknown, so nothing may be reported stored after it.
    if (!status.ok()) {
      write_failed = true;
      return report_failed(status);
    }
    report_stored(batches, figures);
  }
}

rocksdb::Status RocksStore::State::commit(const Batches& batches, StoreCommit& figures) {
  const auto began = std::chrono::steady_clock::now();
  rocksdb::WriteBatch all;
  for (const auto& [token, batch] : batches) {
    const auto status = view->add(batch, all);
    if (!status.ok()) return status;
  }
  figures.batches = batches.size();
  figures.size_bytes = all.GetDataSize();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  auto status = database->Write(synced, &all);
  figures.took = std::chrono::steady_clock::now() - began;
  return status;
}

void RocksStore::State::report_stored(const Batches& batches, const StoreCommit& figures) {
  std::vector<StoreToken> tokens;
  tokens.reserve(batches.size());
  for (const auto& [token, batch] : batches) tokens.push_back(token);
  reactor.post([to = handlers, figures, done = std::move(tokens)] {
    if (to->on_commit) to->on_commit(figures);
    for (const StoreToken token : done) {
      if (to->on_stored) to->on_stored(token);
    }
  });
}

void RocksStore::State::report_failed(const rocksdb::Status& status) {
  reactor.post([to = handlers, error = to_write_error(options, status)] {
    if (to->on_failed) to->on_failed(error);
  });
}

RocksStore::RocksStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RocksStore::~RocksStore() = default;

Result<std::unique_ptr<RocksStore>> RocksStore::open(Reactor& reactor, const RocksOptions& options,
                                                     StoreHandlers handlers) {
  auto state = std::make_unique<State>(reactor, options, std::move(handlers));
  SUARA_TRY(state->open_or_repair());
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

const std::string& RocksStore::set_aside() const { return state_->set_aside; }

std::unique_ptr<const store::StoreView> RocksStore::snapshot() const { return state_->view->snapshot(); }

std::optional<std::string> RocksStore::get(store::Family family, std::string_view key) const {
  return state_->view->get(family, key);
}

store::StoreView::Values RocksStore::get_many(store::Family family, const std::vector<std::string_view>& keys) const {
  return state_->view->get_many(family, keys);
}

void RocksStore::scan(store::Family family, std::string_view from, const Visitor& visit) const {
  state_->view->scan(family, from, visit);
}

void RocksStore::scan_back(store::Family family, std::string_view from, const Visitor& visit) const {
  state_->view->scan_back(family, from, visit);
}

}  // namespace suara::shell
