// A program's options from one table: command line, environment, --config INI file, defaults, in this order of
// precedence. What is wrong with a value ends the start-up (StartUpFailure): 64 when it stands on the command
// line or in the environment, 78 when it comes from the file.
#pragma once

#include "common/shell/manual.hpp"
#include "common/util/cidr_list.hpp"
#include "common/wire/address.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace suara::shell {

/// One row of the table. Every option is also read from SUARA_<NAME>, "listen" from SUARA_LISTEN,
/// "max-per-ip" from SUARA_MAX_PER_IP; several values of a repeatable one are separated by commas there.
struct OptionSpec {
  std::string group;       ///< heading in the help
  std::string name;        ///< without dashes
  std::string value_name;  ///< "ADDRESS"; empty: a flag, true by being there
  std::string help;
  std::optional<std::string> default_value = std::nullopt;
  bool repeatable = false;
  /// A further environment variable, and what to put before its value: {"BOOTSTRAP_PORT", "0.0.0.0:"}.
  std::string variable = {};
  std::string variable_prefix = {};
};

struct ProgramSpec {
  std::string name;
  std::string summary;
  std::string version;
  std::vector<OptionSpec> options;         ///< the common ones come by themselves
  std::vector<std::string> see_also = {};  ///< in the manual: "peer-node(8)"
};

class Config {
 public:
  struct Value {
    std::string text;
    std::string where;  ///< "--listen", "SUARA_LISTEN", "listen in node.ini"
    bool from_file = false;
  };
  using Values = std::map<std::string, std::vector<Value>>;

  explicit Config(Values values) : values_(std::move(values)) {}

  [[nodiscard]] bool flag(const std::string& option) const;
  [[nodiscard]] std::optional<std::string> find(const std::string& option) const;
  /// Of an option that has a default or is required: without a value the start-up fails.
  [[nodiscard]] std::string text(const std::string& option) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& option) const;
  [[nodiscard]] std::uint64_t number(const std::string& option, std::uint64_t least, std::uint64_t most) const;
  [[nodiscard]] wire::Address address(const std::string& option) const;
  [[nodiscard]] std::vector<wire::Address> addresses(const std::string& option) const;
  [[nodiscard]] std::vector<Cidr> prefixes(const std::string& option) const;
  [[nodiscard]] std::string one_of(const std::string& option, const std::vector<std::string>& choices) const;

  /// --log-level and --log-format, applied.
  void set_up_log() const;

  /// For a value that only its user can judge: throws the StartUpFailure that says where it came from.
  [[noreturn]] void refuse(const std::string& option, const std::string& what_is_wrong) const;

 private:
  [[nodiscard]] const Value* last(const std::string& option) const;

  Values values_;
};

/// Looks up environment variables; nullopt when unset.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
Environment process_environment();

/// nullopt: --help, --version, --man or --completion was asked for and has been written to stdout.
std::optional<Config> parse_config(const ProgramSpec& program, int argc, const char* const* argv,
                                   const Environment& environment = process_environment());

std::string help_text(const ProgramSpec& program);
Manual manual_of(const ProgramSpec& program);

}  // namespace suara::shell
