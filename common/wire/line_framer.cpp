#include "common/wire/line_framer.hpp"

#include "common/util/check.hpp"

namespace suara::wire {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

ErrorText describe(FramingError error) {
  switch (error) {
    case FramingError::kLineTooLong:
      return {"line_too_long", "a message is one line, and this one is longer than is accepted here"};
  }
  CHECK(false);
}

LineFramer::LineFramer(Mode mode, std::size_t max_line_size_bytes)
    : mode_(mode), max_line_size_bytes_(max_line_size_bytes) {}

void LineFramer::feed(std::string_view bytes) {
  if (failed_) return;
  // Only the unfinished line moves, and no more often than bytes arrive.
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  buffer_.append(bytes);
}

Result<std::optional<std::string_view>> LineFramer::next() {
  while (!failed_) {
    const std::optional<std::size_t> end = find_end();
    std::string_view line = std::string_view(buffer_).substr(begin_, end.value_or(buffer_.size()) - begin_);
    if (line.ends_with('\n')) line.remove_suffix(1);
    // A '\r' counts, so that the verdict does not depend on whether the '\n' came in the same read.
    if (line.size() > max_line_size_bytes_) break;
    if (!end) {
      if (line.empty()) release_buffer();
      return std::optional<std::string_view>();
    }

    begin_ = *end;
    depth_ = 0;
    in_string_ = escaped_ = false;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) return std::optional(line);
  }
  failed_ = true;
  buffer_.clear();
  begin_ = scanned_ = 0;
  return Error(FramingError::kLineTooLong, "the limit is " + std::to_string(max_line_size_bytes_) + " bytes");
}

// A connection that is idle after a long line must not cost as much for as long as it is open.
void LineFramer::release_buffer() {
  constexpr std::size_t kKeptBytes = 1024;
  begin_ = scanned_ = 0;
  if (buffer_.capacity() > kKeptBytes) {
    std::string().swap(buffer_);  // an assignment would keep the memory
  } else {
    buffer_.clear();
  }
}

void LineFramer::only_newlines() {
  mode_ = Mode::kLine;  // nothing that was looked at before and is still here holds a newline
  depth_ = 0;
  in_string_ = escaped_ = false;
}

// One past the line's last byte, its newline included.
std::optional<std::size_t> LineFramer::find_end() {
  if (mode_ == Mode::kLine) {
    const std::size_t newline = buffer_.find('\n', scanned_);
    scanned_ = newline == std::string::npos ? buffer_.size() : newline + 1;
    return newline == std::string::npos ? std::nullopt : std::optional(scanned_);
  }
  while (scanned_ < buffer_.size()) {
    const char c = buffer_[scanned_];
    if (scanned_ == begin_ && is_blank(c)) {
      begin_ = ++scanned_;  // what separates objects belongs to none
      continue;
    }
    const bool starts_object = scanned_ == begin_ && c == '{';
    ++scanned_;
    if (c == '\n') return scanned_;
    if (depth_ == 0 && !starts_object) continue;  // no object: only its newline ends it
    if (in_string_) {
      if (!escaped_ && c == '"') in_string_ = false;
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{') {
      ++depth_;
    } else if (c == '}' && --depth_ == 0) {
      return scanned_;
    }
  }
  return std::nullopt;
}

}  // namespace suara::wire
