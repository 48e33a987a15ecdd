#include "common/shell/process_metrics.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <charconv>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

namespace suara::shell {
namespace {

// The fields of /proc/self/stat after the program's name, which may hold anything; the first is the state, field 3 of
// proc(5).
std::vector<std::string> fields_of_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(std::move(field));
  return fields;
}

std::optional<double> field(const std::vector<std::string>& fields, std::size_t number_in_manual) {
  const std::size_t index = number_in_manual - 3;
  double value = 0;
  if (index >= fields.size()) return std::nullopt;
  const std::string& text = fields[index];
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc{} ? std::optional(value) : std::nullopt;
}

// When the machine was started, in seconds since 1970.
std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == "btime" && file >> value) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> open_descriptors() {
  // Newer kernels say it as the folder's size; with 10,000 connections reading the folder takes milliseconds.
  struct stat folder{};
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0) return static_cast<std::uint64_t>(folder.st_size);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir("/proc/self/fd"), closedir);
  if (!entries) return std::nullopt;
  std::uint64_t count = 0;
  while (const dirent* entry = readdir(entries.get())) {
    if (entry->d_name[0] != '.') ++count;
  }
  return count == 0 ? 0 : count - 1;  // one is the folder's own
}

}  // namespace

void write_process_metrics(MetricsText& text) {
  const std::vector<std::string> fields = fields_of_stat();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto user = field(fields, 14);
  const auto system = field(fields, 15);
  if (user && system) {
    text.counter("process_cpu_seconds_total", "Processor time used, user and system.", (*user + *system) / ticks);
  }
  const auto started = field(fields, 22);
  const auto boot = boot_time();
  if (started && boot) {
    text.gauge("process_start_time_seconds", "When the process was started, since 1970.", *boot + *started / ticks);
  }
  if (const auto size = field(fields, 23)) {
    text.gauge("process_virtual_memory_bytes", "Address space mapped.", static_cast<std::uint64_t>(*size));
  }
  if (const auto pages = field(fields, 24)) {
    const auto page_size_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
    text.gauge("process_resident_memory_bytes", "Memory held.", static_cast<std::uint64_t>(*pages * page_size_bytes));
  }
  if (const auto threads = field(fields, 20)) {
    text.gauge("process_threads", "Threads.", static_cast<std::uint64_t>(*threads));
  }
  if (const auto count = open_descriptors()) text.gauge("process_open_fds", "Open file descriptors.", *count);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    text.gauge("process_max_fds", "File descriptors the process may open.", static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace suara::shell
