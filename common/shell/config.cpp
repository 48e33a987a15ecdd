#include "common/shell/config.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/option_sources.hpp"
#include "common/shell/start_up.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace suara::shell {
namespace {

std::vector<OptionSpec> common_options() {
  return {
      {.group = "General", .name = "config", .value_name = "FILE", .help = "read options from an INI file"},
      {.group = "General",
       .name = "log-level",
       .value_name = "debug|info|warning|error",
       .help = "least severe line of the log",
       .default_value = "info"},
      {.group = "General",
       .name = "log-format",
       .value_name = "text|json",
       .help = "of the log: for people or for machines",
       .default_value = "text"},
      {.group = "General", .name = "man", .value_name = {}, .help = "print the manual page and end"},
      {.group = "General", .name = "completion", .value_name = "bash", .help = "print a shell's completion and end"},
      {.group = "General", .name = "version", .value_name = {}, .help = "print the version and end"},
      {.group = "General", .name = "help", .value_name = {}, .help = "print this and end"},
  };
}

std::vector<OptionSpec> all_options(const ProgramSpec& program) {
  auto options = program.options;
  std::ranges::copy(common_options(), std::back_inserter(options));
  return options;
}

/// What it does, and in parentheses how often, its default and where else it is read.
std::string text_of(const OptionSpec& option) {
  std::string notes;
  const auto note = [&](const std::string& text) { notes += (notes.empty() ? "" : "; ") + text; };
  if (option.repeatable) note("may be repeated");
  if (option.default_value) note("default " + *option.default_value);
  if (!option.variable.empty()) note("also " + option.variable);
  return option.help + (notes.empty() ? "" : " (" + notes + ")");
}

std::string help_line(const OptionSpec& option) {
  constexpr std::size_t kColumn = 30;
  std::string line = "  --" + option.name;
  if (!option.value_name.empty()) line += " " + option.value_name;
  line.resize(std::max(line.size() + 1, kColumn), ' ');
  return line + text_of(option) + "\n";
}

std::vector<std::string> groups_of(const std::vector<OptionSpec>& options) {
  std::vector<std::string> groups;
  for (const auto& option : options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  return groups;
}

}  // namespace

std::string help_text(const ProgramSpec& program) {
  std::string text = program.name + ": " + program.summary + "\n\nUsage: " + program.name + " [options]\n";
  const auto options = all_options(program);
  for (const auto& group : groups_of(options)) {
    text += "\n" + group + ":\n";
    for (const auto& option : options) {
      if (option.group == group) text += help_line(option);
    }
  }
  return text +
         "\nEvery option may also stand in the --config file (listen = ...) or in the environment (SUARA_LISTEN).\n"
         "The command line wins over the environment, the environment over the file.\n";
}

Manual manual_of(const ProgramSpec& program) {
  constexpr unsigned kDaemons = 8;
  Manual manual{program.name, program.summary, program.version, kDaemons, {}, {}, program.see_also};
  const auto options = all_options(program);
  for (const auto& heading : groups_of(options)) {
    ManualGroup group{heading, {}};
    for (const auto& option : options) {
      if (option.group == heading) group.options.push_back({option.name, option.value_name, text_of(option)});
    }
    manual.groups.push_back(std::move(group));
  }
  return manual;
}

std::optional<Config> parse_config(const ProgramSpec& program, int argc, const char* const* argv,
                                   const Environment& environment) {
  const auto options = all_options(program);
  const OptionValues command_line = read_command_line(options, argc, argv);
  if (command_line.contains("help")) {
    std::fputs(help_text(program).c_str(), stdout);
    return std::nullopt;
  }
  if (command_line.contains("version")) {
    std::printf("%s %s\n", program.name.c_str(), program.version.c_str());
    return std::nullopt;
  }
  if (command_line.contains("man")) {
    std::fputs(man_page(manual_of(program)).c_str(), stdout);
    return std::nullopt;
  }
  if (command_line.contains("completion") && Config(command_line).one_of("completion", {"bash"}) == "bash") {
    std::fputs(bash_completion(manual_of(program)).c_str(), stdout);
    return std::nullopt;
  }
  // The first source that knows an option wins: merge() keeps what is there.
  OptionValues values = command_line;
  values.merge(read_environment(options, environment));
  if (const auto config = values.find("config"); config != values.end()) {
    values.merge(read_ini_file(options, config->second.back().text));
  }
  for (const auto& option : options) {
    if (option.default_value) {
      values.try_emplace(option.name, std::vector<Config::Value>{{*option.default_value, "--" + option.name}});
    }
  }
  return Config(std::move(values));
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

// ---- reading values ----------------------------------------------------------------------------------------------

const Config::Value* Config::last(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() || found->second.empty() ? nullptr : &found->second.back();
}

void Config::refuse(const std::string& option, const std::string& what_is_wrong) const {
  const Value* const value = last(option);
  const std::string where = value != nullptr ? value->where : "--" + option;
  const bool from_file = value != nullptr && value->from_file;
  throw StartUpFailure(from_file ? ExitCode::kConfiguration : ExitCode::kUsage, where + ": " + what_is_wrong);
}

std::optional<std::string> Config::find(const std::string& option) const {
  const Value* const value = last(option);
  if (value == nullptr) return std::nullopt;
  return value->text;
}

std::string Config::text(const std::string& option) const {
  if (const auto value = find(option)) return *value;
  refuse(option, "is needed; see --help");
}

std::vector<std::string> Config::all(const std::string& option) const {
  std::vector<std::string> texts;
  if (const auto found = values_.find(option); found != values_.end()) {
    for (const auto& value : found->second) texts.push_back(value.text);
  }
  return texts;
}

bool Config::flag(const std::string& option) const {
  const auto value = find(option);
  if (!value) return false;
  if (*value == "true" || *value == "1" || *value == "yes" || *value == "on") return true;
  if (*value == "false" || *value == "0" || *value == "no" || *value == "off") return false;
  refuse(option, "\"" + printable(*value) + "\" is neither true nor false");
}

std::uint64_t Config::number(const std::string& option, std::uint64_t least, std::uint64_t most) const {
  const std::string value = text(option);
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (status != std::errc{} || end != value.data() + value.size() || number < least || number > most) {
    refuse(option,
           "\"" + printable(value) + "\" is no number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

wire::Address Config::address(const std::string& option) const {
  const auto address = wire::parse_address(text(option));
  if (!address) refuse(option, address.error().message());
  return *address;
}

std::vector<wire::Address> Config::addresses(const std::string& option) const {
  std::vector<wire::Address> parsed;
  for (const auto& value : all(option)) {
    const auto address = wire::parse_address(value);
    if (!address) refuse(option, address.error().message());
    parsed.push_back(*address);
  }
  return parsed;
}

std::vector<Cidr> Config::prefixes(const std::string& option) const {
  std::vector<Cidr> parsed;
  for (const auto& value : all(option)) {
    const auto prefix = Cidr::parse(value);
    if (!prefix) refuse(option, prefix.error().message());
    parsed.push_back(*prefix);
  }
  return parsed;
}

std::string Config::one_of(const std::string& option, const std::vector<std::string>& choices) const {
  std::string value = text(option);
  if (std::ranges::find(choices, value) != choices.end()) return value;
  std::string list;
  for (const auto& choice : choices) list += (list.empty() ? "" : ", ") + choice;
  refuse(option, "\"" + printable(value) + "\" is none of " + list);
}

void Config::set_up_log() const {
  const std::string level = one_of("log-level", {"debug", "info", "warning", "error"});
  const std::string format = one_of("log-format", {"text", "json"});
  const Severity least = level == "debug"     ? Severity::kDebug
                         : level == "info"    ? Severity::kInfo
                         : level == "warning" ? Severity::kWarning
                                              : Severity::kError;
  set_up_logging(least, format == "json" ? LogFormat::kJson : LogFormat::kText);
}

}  // namespace suara::shell
