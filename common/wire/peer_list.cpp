#include "common/wire/peer_list.hpp"

#include "common/util/hex.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include <array>
#include <charconv>
#include <concepts>

namespace suara::wire {
namespace {

template <std::integral Number>
void append_number(std::string& out, Number number) {
  std::array<char, 24> digits;
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_status(std::string& out, const PeerStatus& status) {
  out.append(",\"status\":{\"height\":");
  append_number(out, status.height_blocks);
  out.append(",\"tip\":\"").append(status.tip).append("\",\"agent\":");
  out.append(boost::json::serialize(boost::json::string_view(status.agent)));  // any printable characters
  out.append(",\"time_ms\":");
  append_number(out, status.time_ms);
  out += '}';
}

// Addresses, hexadecimal digits and our own names need no escaping.
void append_before_lease(std::string& out, const PeerEntry& entry) {
  const bool ipv6 = entry.address.host.find(':') != std::string::npos;
  out.append(ipv6 ? "{\"address\":\"[" : "{\"address\":\"").append(entry.address.host).append(ipv6 ? "]:" : ":");
  append_number(out, entry.address.port);
  out.append("\",\"network\":\"").append(entry.network);
  out.append("\",\"state\":\"").append(text_of(entry.state));
  out.append("\",\"first_seen_ms\":");
  append_number(out, entry.first_seen_ms);
  out.append(",\"lease_left_ms\":");
}

void append_after_lease(std::string& out, const PeerEntry& entry) {
  if (entry.key) out.append(",\"public_key\":\"").append(to_hex(entry.key->view())).append("\"");
  if (entry.status) append_status(out, *entry.status);
  if (entry.clock_offset_ms) {
    out.append(",\"clock_offset_ms\":");
    append_number(out, *entry.clock_offset_ms);
  }
  out += '}';
}

}  // namespace

PeerText encode_entry(const PeerEntry& entry) {
  PeerText text;
  append_before_lease(text.text, entry);
  text.lease_at = text.text.size();
  append_after_lease(text.text, entry);
  return text;
}

PeerListWriter::PeerListWriter(Shape shape) : shape_(shape) {
  if (shape == Shape::kLine) out_ = "{\"type\":\"PEERS\",\"payload\":";
  out_.append("{\"peers\":[");
}

void PeerListWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

void PeerListWriter::add(const PeerEntry& entry) {
  separate();
  append_before_lease(out_, entry);
  append_number(out_, entry.lease_left_ms);
  append_after_lease(out_, entry);
}

void PeerListWriter::add(std::string_view text, std::size_t lease_at, std::uint64_t lease_left_ms) {
  separate();
  out_.append(text.substr(0, lease_at));
  append_number(out_, lease_left_ms);
  out_.append(text.substr(lease_at));
}

std::string PeerListWriter::finish(std::uint64_t revision, const std::optional<std::string>& next) {
  out_.append("],\"revision\":");
  append_number(out_, revision);
  if (next) out_.append(",\"next\":\"").append(*next).append("\"");
  out_.append(shape_ == Shape::kPayload ? "}" : "}}\n");
  return std::move(out_);
}

}  // namespace suara::wire
