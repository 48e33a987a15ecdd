#include "common/shell/disk_room.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace suara::shell {
namespace {

using namespace std::chrono_literals;

constexpr auto kLookInterval = 1s;
// Quotas do not show in what a file system says of itself: after so many looks the call is made anyway.
constexpr int kLooksBeforeTrying = 30;

bool is_full(int number) { return number == ENOSPC || number == EDQUOT; }

// Whether `wanted`, or that fraction of a small file system, is free.
bool has_room(const std::string& folder, std::uint64_t wanted, std::uint64_t fraction) {
  struct statvfs status{};
  if (::statvfs(folder.c_str(), &status) != 0) return true;  // the call itself will tell
  const std::uint64_t block = status.f_frsize;
  return status.f_bavail * block >= std::min(wanted, status.f_blocks * block / fraction);
}

}  // namespace

bool has_room_to_open(const std::string& folder) { return has_room(folder, kRoomToOpenBytes, 64); }

long DiskRoom::make(const std::function<long()>& call) {
  long result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result < 0 && is_full(errno) ? wait_and_make(call) : result;
}

long DiskRoom::wait_and_make(const std::function<long()>& call) {
  int number = errno;
  long result = -1;
  std::unique_lock lock(mutex_);
  if (handlers_.on_full && !given_up_) {
    if (waiting_++ == 0) handlers_.on_full(std::generic_category().message(number) + ": " + folder_);
    for (int looks = 1; result < 0 && (is_full(number) || number == EINTR); ++looks) {
      if (given_up_changed_.wait_for(lock, kLookInterval, [this] { return given_up_; })) break;
      if (looks % kLooksBeforeTrying != 0 && !has_room(folder_, kRoomToResumeBytes, 16)) continue;
      lock.unlock();
      result = call();
      number = errno;
      lock.lock();
    }
    if (--waiting_ == 0 && handlers_.on_room && result >= 0) handlers_.on_room();
  }
  errno = number;
  return result;
}

void DiskRoom::give_up() {
  {
    const std::lock_guard lock(mutex_);
    given_up_ = true;
  }
  given_up_changed_.notify_all();
}

void DiskRoom::note_failure() {
  const std::lock_guard lock(mutex_);
  failed_ = true;
}

bool DiskRoom::has_failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace suara::shell
