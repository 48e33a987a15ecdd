#include "peer-node/store/findings.hpp"

#include "common/util/bytes.hpp"
#include "common/util/hex.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>

namespace suara::node_store {
namespace {

constexpr std::size_t kMaxNameSizeBytes = 32;

// Names are read as they are, everything else in hex.
std::string readable(std::string_view key) {
  const bool text = !key.empty() && key.size() <= kMaxNameSizeBytes &&
                    std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  return text ? std::string(key) : to_hex(as_bytes(key));
}

}  // namespace

void Findings::add(store::Family family, std::string_view key, std::string_view what) {
  if (++count_ > kMaxProblemsListed) return;
  listed_.push_back(family_names().at(family).append(" ").append(readable(key)).append(": ").append(what));
}

}  // namespace suara::node_store
