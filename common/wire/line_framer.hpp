// Cuts a byte stream into lines, or into JSON objects where classic clients leave the newline out.
// Bounded: it never holds more than one line's limit and one read; a longer line is an error that stays.
#pragma once

#include "common/util/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace suara::wire {

enum class FramingError {
  kLineTooLong,  ///< no newline within the limit; nothing after it can be understood
};
ErrorText describe(FramingError error);

class LineFramer {
 public:
  enum class Mode {
    kLine,          ///< ends at '\n'; a '\r' before it is dropped
    kLineOrObject,  ///< likewise, and also where the JSON object that began the line closes
  };

  LineFramer(Mode mode, std::size_t max_line_size_bytes);

  /// Takes what arrived. Call next() until it yields nothing before feeding more.
  void feed(std::string_view bytes);

  /// The next whole line, without its newline; blank lines are skipped. nullopt: more bytes are needed. The view
  /// is valid until the next call of any member.
  Result<std::optional<std::string_view>> next();

  void set_max_line_size(std::size_t size_bytes) { max_line_size_bytes_ = size_bytes; }
  /// From the next call of next() on: an object that is no line yet becomes one at its newline.
  void only_newlines();
  [[nodiscard]] std::size_t buffered_bytes() const { return buffer_.size() - begin_; }
  [[nodiscard]] std::size_t allocated_bytes() const { return buffer_.capacity(); }

 private:
  std::optional<std::size_t> find_end();
  void release_buffer();

  Mode mode_;
  std::size_t max_line_size_bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of the line being assembled
  std::size_t scanned_ = 0;  // bytes of buffer_ already looked at
  bool failed_ = false;
  // kLineOrObject: where the scan stands inside the JSON text
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace suara::wire
