#include "common/client/program.hpp"

#include "common/client/command_line.hpp"
#include "common/client/output.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>

namespace suara::client {

std::optional<std::string> Invocation::find(const std::string& option) const {
  const auto found = options_.find(option);
  if (found == options_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

std::string Invocation::require(const std::string& option) const {
  const auto value = find(option);
  if (!value) throw usage_error("--" + option + " is missing");
  if (value->empty()) throw usage_error("--" + option + " is empty");
  return *value;
}

std::vector<std::string> Invocation::all(const std::string& option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::uint64_t> Invocation::number(const std::string& option, std::uint64_t max) const {
  const auto text = find(option);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stopped != end || value > max)
    throw usage_error("--" + option + " takes a whole number from 0 to " + std::to_string(max) + ", not \"" + *text +
                      "\"");
  return value;
}

namespace {

void set_up_messages_of(const Invocation& invocation) {
  const auto level = invocation.find("log-level").value_or("info");
  const auto least = level == "debug"     ? Severity::kDebug
                     : level == "info"    ? Severity::kInfo
                     : level == "warning" ? Severity::kWarning
                                          : Severity::kError;
  set_up_messages(least, invocation.find("log-format") == "json");
}

int report(const Program& program, const Failure& failure, bool json) {
  const std::string what = failure.what();
  if (json) print_json(boost::json::object{{"error", {{"code", failure.code()}, {"message", what}}}});
  say(program.name + ": " + (failure.exit() == Exit::kRefused ? "refused (" + failure.code() + "): " : "") + what,
      Severity::kError);
  return static_cast<int>(failure.exit());
}

}  // namespace

int run_program(const Program& program, int argc, const char* const* argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  bool json = false;
  int status = 0;
  try {
    const auto [command, invocation] = parse_command_line(program, arguments);
    json = invocation.json();
    set_up_messages_of(invocation);
    if (invocation.has("help")) {
      print(command == nullptr ? help_text(program) : help_text(program, *command));
    } else if (invocation.has("man")) {
      print(shell::man_page(manual_of(program, SUARA_VERSION)));
    } else if (invocation.has("completion")) {
      print(shell::bash_completion(manual_of(program, SUARA_VERSION)));
    } else if (invocation.has("version")) {
      print(program.name + " " SUARA_VERSION "\n");
    } else if (command == nullptr) {
      say(help_text(program), Severity::kError);
      status = static_cast<int>(Exit::kUsage);
    } else {
      status = static_cast<int>(command->run(invocation));
    }
  } catch (const Failure& failure) {
    status = report(program, failure, json);
  } catch (const std::exception& error) {
    status = report(program, Failure(Exit::kIo, "unexpected", error.what()), json);
  }
  if (!flush_output() && status == 0) {
    say(program.name + ": the result could not be written to the standard output", Severity::kError);
    status = static_cast<int>(Exit::kIo);
  }
  return status;
}

}  // namespace suara::client
