#include "common/client/command_line.hpp"

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/environment_iterator.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>

namespace suara::client {
namespace {

namespace po = boost::program_options;

constexpr const char* kWords = "words";  // boost's name for what is no option
constexpr std::size_t kHelpColumn = 30;

std::vector<OptionSpec> global_options(const Program& program) {
  auto options = program.options;
  options.push_back({"json", Arity::kFlag, "", "print JSON, for scripts"});
  options.push_back({"config", Arity::kOne, "FILE", "read options from an INI file"});
  options.push_back({"log-level", Arity::kOne, "debug|info|warning|error", "least severe message; default info"});
  options.push_back({"log-format", Arity::kOne, "text|json", "of messages; default text"});
  options.push_back({"man", Arity::kFlag, "", "print the manual page"});
  options.push_back({"completion", Arity::kOne, "bash", "print a shell's completion"});
  options.push_back({"version", Arity::kFlag, "", "print the version"});
  options.push_back({"help", Arity::kFlag, "", "print this, or a command's own help"});
  return options;
}

const OptionSpec* find_option(const std::vector<OptionSpec>& options, const std::string& name) {
  const auto found = std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.name == name; });
  return found == options.end() ? nullptr : &*found;
}

po::options_description describe_options(const std::vector<OptionSpec>& options) {
  po::options_description description;
  for (const auto& option : options) {
    if (option.arity == Arity::kFlag) {
      description.add_options()(option.name.c_str(), option.help.c_str());
    } else {
      description.add_options()(option.name.c_str(), po::value<std::vector<std::string>>(), option.help.c_str());
    }
  }
  return description;
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string names_of_commands(const Program& program) {
  std::string text;
  for (const auto& command : program.commands) text += (text.empty() ? "" : ", ") + command.names.front();
  return text;
}

/// A command's name as the words it is typed as.
std::vector<std::string> split(const std::string& name) {
  const auto space = name.find(' ');
  if (space == std::string::npos) return {name};
  return {name.substr(0, space), name.substr(space + 1)};
}

struct FoundCommand {
  const Command* command = nullptr;
  std::vector<std::string> rest;  ///< the arguments without the command's words
};

/// The command is the first words that are neither an option nor a global option's value.
FoundCommand find_command(const Program& program, const std::vector<std::string>& arguments) {
  const auto globals = global_options(program);
  std::size_t at = 0;
  for (; at < arguments.size() && arguments[at].starts_with("-"); ++at) {
    const auto name = arguments[at].substr(std::min<std::size_t>(2, arguments[at].size()));
    const auto* option = find_option(globals, name.substr(0, name.find('=')));
    if (!arguments[at].starts_with("--") || option == nullptr)
      throw usage_error(arguments[at] + " before the command is no option of " + program.name +
                        "; a command's options stand behind it");
    if (option->arity != Arity::kFlag && name.find('=') == std::string::npos) ++at;
  }
  if (at >= arguments.size()) return {nullptr, arguments};
  for (const auto& command : program.commands) {
    for (const auto& name : command.names) {
      const auto words = split(name);
      if (arguments.size() - at < words.size()) continue;
      const auto first = arguments.begin() + static_cast<std::ptrdiff_t>(at);
      if (!std::equal(words.begin(), words.end(), first)) continue;
      auto rest = arguments;
      const auto begin = rest.begin() + static_cast<std::ptrdiff_t>(at);
      rest.erase(begin, begin + static_cast<std::ptrdiff_t>(words.size()));
      return {&command, std::move(rest)};
    }
  }
  throw usage_error("there is no command \"" + arguments[at] +
                    (at + 1 < arguments.size() && !arguments[at + 1].starts_with("-") ? " " + arguments[at + 1] : "") +
                    "\"; commands are: " + names_of_commands(program));
}

/// Adds what `parsed` says of options that have no value yet: earlier sources win.
void take(Invocation::Values& values, const po::parsed_options& parsed, const std::vector<OptionSpec>& known) {
  Invocation::Values found;
  for (const auto& option : parsed.options) {
    if (option.string_key == kWords) continue;
    auto& list = found[option.string_key];
    list.insert(list.end(), option.value.begin(), option.value.end());
  }
  for (auto& [name, list] : found) {
    const auto* option = find_option(known, name);
    if (option != nullptr && option->arity == Arity::kOne && list.size() > 1)
      throw usage_error("--" + name + " is given " + std::to_string(list.size()) + " times, but takes one value");
    values.try_emplace(name, std::move(list));
  }
}

void take_environment(Invocation::Values& values, const std::vector<OptionSpec>& known) {
  const auto description = describe_options(known);
  const auto name_of = [&](const std::string& variable) -> std::string {
    if (!variable.starts_with("SUARA_")) return {};
    auto name = variable.substr(6);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
    const auto* option = find_option(known, name);
    return option == nullptr || option->arity == Arity::kFlag ? std::string{} : name;
  };
  take(values, po::parse_environment(description, name_of), known);
}

void take_config(Invocation::Values& values, const std::vector<OptionSpec>& known) {
  const auto found = values.find("config");
  if (found == values.end()) return;
  const auto& path = found->second.front();
  std::ifstream file(path);
  if (!file) throw Failure(Exit::kConfiguration, "configuration", path + " cannot be read");
  try {
    take(values, po::parse_config_file(file, describe_options(known)), known);
  } catch (const po::error& error) {
    throw Failure(Exit::kConfiguration, "configuration", path + ": " + error.what());
  }
}

void check_choice(const Invocation& invocation, const std::string& option, const std::vector<std::string>& choices) {
  const auto value = invocation.find(option);
  if (!value || std::find(choices.begin(), choices.end(), *value) != choices.end()) return;
  throw usage_error("--" + option + " takes one of " + join(choices) + ", not \"" + *value + "\"");
}

/// ADDR, and [ID] for a word that may be left out.
std::string words_text(const Command& command) {
  std::string text;
  for (std::size_t i = 0; i < command.word_names.size(); ++i)
    text += i < command.required_words ? " " + command.word_names[i] : " [" + command.word_names[i] + "]";
  return text;
}

void check_words(const Program& program, const Command& command, const std::vector<std::string>& words) {
  const auto usage = program.name + " " + command.names.front() + words_text(command);
  if (words.size() < command.required_words)
    throw usage_error(command.word_names[words.size()] + " is missing: " + usage);
  if (words.size() > command.word_names.size())
    throw usage_error("\"" + words[command.word_names.size()] + "\" is one word too many: " + usage);
}

std::vector<shell::ManualOption> manual_options(const std::vector<OptionSpec>& options) {
  std::vector<shell::ManualOption> all;
  for (const auto& option : options)
    all.push_back(
        {option.name, option.value_name, option.help + (option.arity == Arity::kMany ? " (repeatable)" : "")});
  return all;
}

std::string option_lines(const std::vector<OptionSpec>& options) {
  std::string text;
  for (const auto& option : options) {
    auto left = "  --" + option.name + (option.value_name.empty() ? "" : " " + option.value_name);
    left.resize(std::max(left.size() + 2, kHelpColumn), ' ');
    text += left + option.help + (option.arity == Arity::kMany ? " (repeatable)" : "") + "\n";
  }
  return text;
}

}  // namespace

ParsedCommandLine parse_command_line(const Program& program, const std::vector<std::string>& arguments) {
  const auto [command, rest] = find_command(program, arguments);
  auto known = global_options(program);
  const auto globals = known;
  if (command != nullptr) known.insert(known.end(), command->options.begin(), command->options.end());

  auto description = describe_options(known);
  description.add_options()(kWords, po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add(kWords, -1);
  Invocation::Values values;
  std::vector<std::string> words;
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const auto parsed = po::command_line_parser(rest).options(description).positional(positional).style(style).run();
    for (const auto& option : parsed.options) {
      if (option.string_key == kWords) words.insert(words.end(), option.value.begin(), option.value.end());
    }
    take(values, parsed, known);
  } catch (const po::error& error) {
    const auto of = command == nullptr ? std::string{} : " " + command->names.front();
    throw usage_error(std::string(error.what()) + "; see " + program.name + of + " --help");
  }
  take_environment(values, globals);
  take_config(values, globals);
  Invocation invocation(std::move(values), std::move(words));
  check_choice(invocation, "log-level", {"debug", "info", "warning", "error"});
  check_choice(invocation, "log-format", {"text", "json"});
  check_choice(invocation, "completion", {"bash"});
  const bool asks_about_us = invocation.has("help") || invocation.has("man") || invocation.has("completion");
  if (command != nullptr && !asks_about_us) check_words(program, *command, invocation.words());
  return {command, std::move(invocation)};
}

std::string help_text(const Program& program) {
  auto text = program.name + ": " + program.summary + "\n\n";
  for (const auto& command : program.commands) {
    auto left = "  " + command.names.front() + words_text(command);
    left.resize(std::max(left.size() + 2, kHelpColumn), ' ');
    text += left + command.summary + "\n";
  }
  return text + "\n" + option_lines(global_options(program)) +
         "\nExit codes: 0 done, 1 refused, 64 usage, 69 unavailable, 74 input or output, 77 permission, 78 "
         "configuration\n";
}

shell::Manual manual_of(const Program& program, const std::string& version) {
  shell::Manual manual{program.name, program.summary, version, 1, {}, {}, program.see_also};
  manual.groups.push_back({"", manual_options(global_options(program))});
  for (const auto& command : program.commands) {
    auto words = words_text(command);
    if (!words.empty()) words.erase(0, 1);
    manual.commands.push_back({command.names, std::move(words), command.summary, manual_options(command.options)});
  }
  return manual;
}

std::string help_text(const Program& program, const Command& command) {
  auto text = program.name + " " + command.names.front() + words_text(command) + ": " + command.summary + "\n";
  if (!command.options.empty()) text += "\n" + option_lines(command.options);
  return text + "\n" + option_lines(global_options(program));
}

}  // namespace suara::client
