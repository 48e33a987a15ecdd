#include "common/shell/manual.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace suara::shell {
namespace {

/// A dash stays one that can be copied; a line that begins with a dot or a quote is text and no request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && out.empty()) {
      out += "\\&";
      out += c;
    } else {
      out += c == '\n' ? ' ' : c;
    }
  }
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }

std::string section(const std::string& heading) { return ".SH " + roff(heading) + "\n"; }
std::string item(const std::string& term, const std::string& text) { return ".TP\n" + term + "\n" + text + "\n"; }

std::string options_text(const std::vector<ManualOption>& options) {
  std::string text;
  for (const auto& option : options) {
    const auto value = option.value_name.empty() ? std::string() : " " + italic(option.value_name);
    text += item(bold("--" + option.name) + value, roff(option.text));
  }
  return text;
}

std::string commands_text(const Manual& manual) {
  std::string text = section("COMMANDS");
  for (const auto& command : manual.commands) {
    const auto words = command.words.empty() ? std::string() : " " + italic(command.words);
    std::string summary = roff(command.summary);
    for (std::size_t i = 1; i < command.names.size(); ++i) summary += "; also " + bold(command.names[i]);
    text += item(bold(command.names.front()) + words, summary + ".");
    if (!command.options.empty()) text += ".RS\n" + options_text(command.options) + ".RE\n";
  }
  return text;
}

std::string exit_status(const Manual& manual) {
  std::string text = section("EXIT STATUS") + item("0", "Done.");
  if (!manual.commands.empty()) text += item("1", "Asked, and refused; or a problem was found.");
  return text + item("64", "Usage: what was typed cannot be understood.") +
         item("69", "Unavailable: a port in use, a server that does not answer.") +
         item("74", "Input or output failed.") + item("77", "Permission is missing.") +
         item("78", "Configuration: a file that does not say what it should.");
}

}  // namespace

std::string man_page(const Manual& manual) {
  const bool has_commands = !manual.commands.empty();
  std::string text = ".TH " + roff(upper(manual.name)) + " " + std::to_string(manual.section) + " \"\" \"suara " +
                     roff(manual.version) + "\" \"Suara\"\n";
  text += section("NAME") + roff(manual.name) + " \\- " + roff(manual.summary) + "\n";
  text += section("SYNOPSIS") + bold(manual.name) + " [" + italic("options") + "]" +
          (has_commands ? " " + italic("command") + " [" + italic("words") + "] [" + italic("options") + "]" : "") +
          "\n";
  if (has_commands) text += commands_text(manual);
  text += section("OPTIONS");
  for (const auto& group : manual.groups) {
    if (!group.heading.empty()) text += ".SS " + roff(group.heading) + "\n";
    text += options_text(group.options);
  }
  text += section("ENVIRONMENT") +
          roff(
              "Every option that takes a value may also stand in the environment, --log-level as SUARA_LOG_LEVEL, "
              "or in the INI file that --config names. The command line wins over the environment, the environment "
              "over the file.") +
          "\n" + exit_status(manual);
  if (!manual.see_also.empty()) {
    text += section("SEE ALSO");
    for (std::size_t i = 0; i < manual.see_also.size(); ++i)
      text += roff(manual.see_also[i]) + (i + 1 < manual.see_also.size() ? ",\n" : "\n");
  }
  return text;
}

}  // namespace suara::shell
