// A command-line program with subcommands: `program [options] command [words] [options]`. Options also come from
// the environment (SUARA_NODE) and from an INI file (--config); the command line wins, then the environment.
#pragma once

#include "common/client/failure.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace suara::client {

enum class Arity : std::uint8_t {
  kFlag,  ///< present or not
  kOne,   ///< given at most once
  kMany,  ///< may be repeated
};

struct OptionSpec {
  std::string name;  ///< without dashes
  Arity arity = Arity::kOne;
  std::string value_name;  ///< for the help: "FILE"
  std::string help;
};

/// What was asked for. All values are text; the accessors say what is wrong with one, naming the option.
class Invocation {
 public:
  using Values = std::map<std::string, std::vector<std::string>>;

  Invocation(Values options, std::vector<std::string> words) : options_(std::move(options)), words_(std::move(words)) {}

  [[nodiscard]] bool has(const std::string& option) const { return options_.contains(option); }
  [[nodiscard]] std::optional<std::string> find(const std::string& option) const;
  [[nodiscard]] std::string require(const std::string& option) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& option) const;
  [[nodiscard]] std::optional<std::uint64_t> number(const std::string& option, std::uint64_t max) const;
  /// What stands on the command line besides options and the command's own words.
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  [[nodiscard]] bool json() const { return has("json"); }

 private:
  Values options_;
  std::vector<std::string> words_;
};

struct Command {
  std::vector<std::string> names;  ///< "election open"; further ones are other spellings
  std::vector<std::string> word_names;
  std::size_t required_words = 0;  ///< how many of word_names must be there
  std::string summary;
  std::vector<OptionSpec> options;
  Exit (*run)(const Invocation&) = nullptr;
};

struct Program {
  std::string name;
  std::string summary;
  std::vector<OptionSpec> options;  ///< of every command; --json, --config, --version and --help come by themselves
  std::vector<Command> commands;
  std::vector<std::string> see_also = {};  ///< in the manual: "peer-node(8)"
};

/// Parses, runs, reports; the process's exit code.
int run_program(const Program& program, int argc, const char* const* argv);

}  // namespace suara::client
