// One error type for everything that can fail: an enumerator with a stable name and a sentence, and
// what was wrong in this case. Each error enum E declares `ErrorText describe(E)` beside it, an
// exhaustive switch; from there any layer can compare, print or send it.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace suara {

/// `name` is the stable snake_case code that scripts and peers match on; `sentence` is for people.
/// Both must be string literals: an Error keeps only the views.
struct ErrorText {
  std::string_view name;
  std::string_view sentence;
};

template <class E>
concept ErrorEnum = std::is_enum_v<E> && requires(E e) {
  { describe(e) } -> std::same_as<ErrorText>;
};

class Error {
 public:
  /// No error: what boost::system::result hands out for a Result that has a value.
  Error() = default;

  template <ErrorEnum E>
  Error(E value, std::string detail = {})  // NOLINT(google-explicit-constructor): an enumerator is an error
      : domain_(&kDomain<E>), value_(static_cast<int>(value)), text_(describe(value)), detail_(std::move(detail)) {}

  [[nodiscard]] std::string_view name() const { return text_.name; }
  [[nodiscard]] const std::string& detail() const { return detail_; }
  /// "sentence", or "sentence: detail".
  [[nodiscard]] std::string message() const {
    std::string text(text_.sentence);
    if (!detail_.empty()) text.append(": ").append(detail_);
    return text;
  }

  template <ErrorEnum E>
  friend bool operator==(const Error& error, E value) {
    return error.domain_ == &kDomain<E> && error.value_ == static_cast<int>(value);
  }

 private:
  template <class E>
  static constexpr char kDomain = 0;  // its address tells the enums apart

  const void* domain_ = nullptr;
  int value_ = 0;
  ErrorText text_{"none", "no error"};
  std::string detail_;
};

}  // namespace suara
