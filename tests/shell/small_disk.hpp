// A file system of a few MiB that can be filled and emptied.
#pragma once

#include "tests/shell/temporary_folder.hpp"

#include <sys/mount.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace suara::shell {

class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    mounted_ = ::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// False where one may not mount: there the test is skipped.
  [[nodiscard]] bool mounted() const { return mounted_; }
  std::string operator/(const std::string& name) const { return folder_ / name; }

  /// Leaves no byte.
  void fill() const {
    const int file = ::open((folder_ / "filling").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (std::size_t size = 64 * 1024; size > 0; size /= 2) {
      const std::vector<char> some(size, 'x');
      while (::write(file, some.data(), size) > 0) {
      }
    }
    ::close(file);
  }
  void make_room() const { ::unlink((folder_ / "filling").c_str()); }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

}  // namespace suara::shell
