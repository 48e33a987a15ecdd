// Folders made one after the other where files are made fastest; what is synced there does not matter.
#pragma once

#include "tests/shell/recorded_files.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace suara::shell {

class ScratchFolder {
 public:
  ScratchFolder() {
    if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
    folder_ = std::make_unique<TemporaryFolder>();
  }
  std::string write(const Disk::Files& files) {
    const std::string path = *folder_ / std::to_string(++count_);
    std::filesystem::create_directory(path);
    for (const auto& [name, content] : files) std::ofstream(path + "/" + name, std::ios::binary) << content;
    return path;
  }
  static void remove(const std::string& path) { std::filesystem::remove_all(path); }

 private:
  std::unique_ptr<TemporaryFolder> folder_;
  int count_ = 0;
};

}  // namespace suara::shell
