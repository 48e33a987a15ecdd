#include "common/shell/rocks_logs.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

namespace suara::shell {
namespace {

constexpr std::size_t kBlockSizeBytes = 32 * 1024;
constexpr std::size_t kHeaderSizeBytes = 7;  // CRC u32, length u16, type u8, little-endian
constexpr std::size_t kSequenceSizeBytes = 8;

enum class Part : std::uint8_t { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;  // Castagnoli's
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t sum = crc.checksum();
  return (sum >> 15 | sum << 17) + 0xa282ead8;
}

struct Fragment {
  Part part;
  std::string_view data;
};

// The fragment at the beginning of what is left of a block, if it is undamaged.
std::optional<Fragment> fragment_at(std::string_view block) {
  if (block.size() < kHeaderSizeBytes) return std::nullopt;
  const auto type = static_cast<std::uint8_t>(block[6]);
  const auto size = static_cast<std::size_t>(little_endian(block.substr(4, 2)));
  if (type < static_cast<std::uint8_t>(Part::kWhole) || type > static_cast<std::uint8_t>(Part::kLast)) return {};
  if (size > block.size() - kHeaderSizeBytes) return std::nullopt;
  if (little_endian(block.substr(0, 4)) != masked_crc(block.substr(6, 1 + size))) return std::nullopt;
  return Fragment{static_cast<Part>(type), block.substr(kHeaderSizeBytes, size)};
}

// Puts fragments together as far as needed to know which records there are.
class Records {
 public:
  void add(const Fragment& fragment) {
    switch (fragment.part) {
      case Part::kWhole:
      case Part::kFirst:
        if (begun_) sequences_.push_back(*begun_);
        begun_.reset();
        unbroken_ = fragment.data.size() >= kSequenceSizeBytes;
        if (unbroken_) begun_ = little_endian(fragment.data.substr(0, kSequenceSizeBytes));
        if (fragment.part == Part::kWhole) finish();
        return;
      case Part::kMiddle: return;
      case Part::kLast: return finish();
    }
  }
  void add_damage() { unbroken_ = false; }
  [[nodiscard]] std::vector<std::uint64_t> take() { return std::move(sequences_); }

 private:
  void finish() {
    if (!begun_ || !unbroken_) return;
    sequences_.push_back(*begun_);
    begun_.reset();
  }

  std::optional<std::uint64_t> begun_;
  bool unbroken_ = false;
  std::vector<std::uint64_t> sequences_;
};

template <class OnFragment, class OnDamage>
void read_fragments(std::string_view log, const OnFragment& on_fragment, const OnDamage& on_damage) {
  for (std::size_t start = 0; start < log.size(); start += kBlockSizeBytes) {
    std::string_view block = log.substr(start, kBlockSizeBytes);
    while (block.size() >= kHeaderSizeBytes) {
      if (const auto fragment = fragment_at(block)) {
        on_fragment(*fragment);
        block.remove_prefix(kHeaderSizeBytes + fragment->data.size());
      } else {
        on_damage();
        block.remove_prefix(1);  // the next one may begin anywhere
      }
    }
  }
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<std::uint64_t> record_sequences(std::string_view log) {
  Records records;
  read_fragments(log, [&](const Fragment& fragment) { records.add(fragment); }, [&] { records.add_damage(); });
  return records.take();
}

bool has_damaged_manifest(const std::string& folder) {
  const std::filesystem::path base(folder);
  const std::string current = content_of(base / "CURRENT");
  const std::string name = current.substr(0, current.find('\n'));
  if (!name.starts_with("MANIFEST-")) return true;
  bool damage = false;
  bool record_after = false;
  read_fragments(
      content_of(base / name),
      [&](const Fragment& fragment) {
        const bool begins = fragment.part == Part::kWhole || fragment.part == Part::kFirst;
        record_after = record_after || (damage && begins);
      },
      [&] { damage = true; });
  return record_after;
}

bool has_records_beyond(const std::string& folder, std::uint64_t replayed_sequence) {
  std::vector<std::uint64_t> sequences;
  std::uint64_t size_bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".log") continue;
    const std::string log = content_of(entry.path());
    size_bytes += log.size();
    const auto found = record_sequences(log);
    sequences.insert(sequences.end(), found.begin(), found.end());
  }
  // A write takes a sequence number and more than a byte: higher ones are no records but something in a row's value
  // that was made to look like one.
  return std::any_of(sequences.begin(), sequences.end(), [&](std::uint64_t sequence) {
    return sequence > replayed_sequence && sequence - replayed_sequence <= size_bytes;
  });
}

}  // namespace suara::shell
