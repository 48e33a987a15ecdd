// A full disk, waited out. System calls that write go through here; one that finds no room is made again until there
// is some, so that whoever writes sees a slow disk and goes on at the very byte where it stopped.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

namespace suara::shell {

/// Room below which a database is not even opened, and above which one that waits goes on: of a small file system a
/// fraction instead.
inline constexpr std::uint64_t kRoomToOpenBytes = 1024 * 1024;
inline constexpr std::uint64_t kRoomToResumeBytes = 8 * 1024 * 1024;

bool has_room_to_open(const std::string& folder);

class DiskRoom {
 public:
  /// Called from the threads that write, never two at once: `on_full` when the first begins to wait, `on_room` when the
  /// last has ceased to. Without `on_full` nobody waits.
  struct Handlers {
    std::function<void(const std::string& reason)> on_full;
    std::function<void()> on_room;
  };

  /// `folder` is on the file system that may be full.
  DiskRoom(std::string folder, Handlers handlers) : folder_(std::move(folder)), handlers_(std::move(handlers)) {}

  /// Makes a call that returns -1 and sets errno when it fails; again when it was interrupted, again and again while
  /// the disk is full. Returns what it returned last.
  long make(const std::function<long()>& call);

  /// Nobody waits any longer, nor will: calls that find no room fail.
  void give_up();
  /// Remembers that something could not be written, for want of room or for whatever reason.
  void note_failure();
  [[nodiscard]] bool has_failed() const;

 private:
  long wait_and_make(const std::function<long()>& call);

  const std::string folder_;
  const Handlers handlers_;
  mutable std::mutex mutex_;
  std::condition_variable given_up_changed_;
  std::size_t waiting_ = 0;
  bool given_up_ = false;
  bool failed_ = false;
};

}  // namespace suara::shell
