#include "common/shell/option_sources.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/start_up.hpp"

#include <algorithm>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace suara::shell {
namespace {

namespace po = boost::program_options;

// In a file every option has a value ("mine = true"), on the command line a flag has none.
po::options_description describe_options(const std::vector<OptionSpec>& options, bool flags_have_values) {
  po::options_description description;
  for (const auto& option : options) {
    if (option.value_name.empty() && !flags_have_values) {
      description.add_options()(option.name.c_str(), "");
    } else {
      description.add_options()(option.name.c_str(), po::value<std::string>(), "");
    }
  }
  return description;
}

bool is_repeatable(const std::vector<OptionSpec>& options, const std::string& name) {
  return std::ranges::any_of(options, [&](const auto& option) { return option.name == name && option.repeatable; });
}

std::string variable_name(const std::string& option) {
  std::string name = "SUARA_";
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

[[noreturn]] void fail_usage(const std::string& what) {
  throw StartUpFailure(ExitCode::kUsage, printable(what) + "; see --help");
}

}  // namespace

OptionValues read_command_line(const std::vector<OptionSpec>& options, int argc, const char* const* argv) {
  namespace style = po::command_line_style;
  const auto description = describe_options(options, false);
  OptionValues values;
  try {
    const auto parsed = po::command_line_parser(argc, argv)
                            .options(description)
                            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
                            .run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0) fail_usage("\"" + option.original_tokens.front() + "\" is no option");
      auto& list = values[option.string_key];
      if (!list.empty() && !is_repeatable(options, option.string_key)) {
        fail_usage("--" + option.string_key + " is given more than once");
      }
      list.push_back({option.value.empty() ? "true" : option.value.front(), "--" + option.string_key});
    }
  } catch (const po::error& mistake) {
    fail_usage(mistake.what());
  }
  return values;
}

OptionValues read_environment(const std::vector<OptionSpec>& options, const Environment& environment) {
  OptionValues values;
  for (const auto& option : options) {
    std::string variable = variable_name(option.name);
    auto text = environment(variable);
    if (!text && !option.variable.empty()) {
      variable = option.variable;
      text = environment(variable);
      if (text) text = option.variable_prefix + *text;
    }
    if (!text || text->empty()) continue;
    const auto parts = option.repeatable ? split_at_commas(*text) : std::vector<std::string>{*text};
    for (const auto& part : parts) values[option.name].push_back({part, variable});
  }
  return values;
}

OptionValues read_ini_file(const std::vector<OptionSpec>& options, const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    const int number = errno;
    throw StartUpFailure(number == EACCES ? ExitCode::kPermission : ExitCode::kConfiguration,
                         "--config: " + path + ": " + std::generic_category().message(number));
  }
  OptionValues values;
  try {
    const auto parsed = po::parse_config_file(file, describe_options(options, true));
    for (const auto& option : parsed.options) {
      auto& list = values[option.string_key];
      if (!list.empty() && !is_repeatable(options, option.string_key)) {
        throw StartUpFailure(ExitCode::kConfiguration, path + ": " + option.string_key + " is given more than once");
      }
      list.push_back({option.value.empty() ? "" : option.value.front(), option.string_key + " in " + path, true});
    }
  } catch (const po::error& mistake) {
    throw StartUpFailure(ExitCode::kConfiguration, path + ": " + printable(mistake.what()));
  }
  return values;
}

}  // namespace suara::shell
