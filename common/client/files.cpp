#include "common/client/files.hpp"

#include "common/client/failure.hpp"
#include "common/shell/data_folder.hpp"
#include "common/shell/key_file.hpp"
#include "common/shell/start_up.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace suara::client {
namespace {

Failure failure_of(const Error& error) {
  return {static_cast<Exit>(shell::exit_code_for(error)), std::string(error.name()), error.message()};
}

PrivateKey key_or_throw(Result<PrivateKey> key) {
  if (key) return std::move(*key);
  throw failure_of(key.error());
}

}  // namespace

std::string read_file(const std::string& path, std::size_t max_size_bytes) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw usage_error("there is no file " + path);
  if (!std::filesystem::is_regular_file(path, error) && !std::filesystem::is_fifo(path, error))
    throw usage_error(path + " is no file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Failure(errno == EACCES ? Exit::kPermission : Exit::kIo, "cannot_read",
                  path + " cannot be read: " + std::strerror(errno));
  }
  std::string text;
  std::string part(64 * 1024, '\0');
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
    text.append(part, 0, static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_size_bytes)
      throw usage_error(path + " is larger than " + std::to_string(max_size_bytes) + " bytes");
  }
  if (file.bad()) throw Failure(Exit::kIo, "cannot_read", path + " cannot be read to its end");
  return text;
}

PrivateKey load_key(const std::string& path) { return key_or_throw(shell::read_key_file(path)); }

PrivateKey make_key(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error))
    throw usage_error("there is no folder " + folder.string() + " for " + path + "; make it first");
  return key_or_throw(shell::make_key_file(path));
}

void make_folder(const std::string& path) {
  if (const auto made = shell::prepare_data_folder(path); !made) throw failure_of(made.error());
}

}  // namespace suara::client
