#include "tests/sim/trace.hpp"

namespace suara::sim {
namespace {

constexpr std::size_t kFoldSizeBytes = 64 * 1024;

}  // namespace

void Trace::record(Instant when, std::uint64_t host, std::string_view kind, std::string_view content) {
  if (stopped_) return;
  ++events_;
  buffer_.append(std::to_string(when.time_since_epoch().count())).append(" ").append(std::to_string(host));
  buffer_.append(" ").append(kind).append(" ").append(std::to_string(content.size())).append(" ");
  buffer_.append(content).append("\n");
  if (buffer_.size() >= kFoldSizeBytes) fold();
}

void Trace::fold() {
  folded_ = sha256({folded_.view(), as_bytes(buffer_)});
  buffer_.clear();
}

Hash256 Trace::digest() {
  fold();
  return folded_;
}

}  // namespace suara::sim
