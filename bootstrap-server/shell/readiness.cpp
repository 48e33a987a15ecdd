#include "bootstrap-server/shell/readiness.hpp"

#include <filesystem>

namespace suara::directory {

std::vector<ReadinessCheck> check_readiness(const ReadinessFacts& facts) {
  std::vector<ReadinessCheck> checks;
  checks.push_back({"running", !facts.shutting_down, facts.shutting_down ? "the server is shutting down" : "ok"});
  // How much room is enough is the operator's to say: a server with little still takes requests.
  const auto free_bytes = free_disk_bytes(facts.data_folder);
  constexpr std::uint64_t kMegabyte = 1'000'000;
  const std::string room = free_bytes ? ", " + std::to_string(*free_bytes / kMegabyte) + " MB free" : "";
  checks.push_back(
      {"store", !facts.disk_full, (facts.disk_full ? "the disk is full: nothing is stored" : "ok") + room});
  return checks;
}

std::optional<std::uint64_t> free_disk_bytes(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

std::string readiness_text(const std::vector<ReadinessCheck>& checks) {
  std::string text;
  for (const ReadinessCheck& check : checks) {
    text.append(check.passed ? "[+] " : "[-] ").append(check.name).append(": ").append(check.detail).append("\n");
  }
  return text;
}

}  // namespace suara::directory
