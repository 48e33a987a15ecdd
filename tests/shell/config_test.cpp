#include "common/shell/config.hpp"

#include "common/shell/start_up.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace suara::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ProgramSpec program() {
  return {.name = "server",
          .summary = "serves",
          .version = "1.2.3",
          .options = {{.group = "Network",
                       .name = "listen",
                       .value_name = "ADDRESS",
                       .help = "where to listen",
                       .default_value = "0.0.0.0:4000",
                       .variable = "BOOTSTRAP_PORT",
                       .variable_prefix = "0.0.0.0:"},
                      {.group = "Network", .name = "peer", .value_name = "ADDRESS", .help = "", .repeatable = true},
                      {.group = "Network", .name = "max-per-ip", .value_name = "N", .help = "", .default_value = "64"},
                      {.group = "Mining", .name = "mine", .value_name = {}, .help = "mine blocks"}}};
}

Config parse(std::vector<const char*> arguments, const std::map<std::string, std::string>& environment = {}) {
  arguments.insert(arguments.begin(), "server");
  return parse_config(program(), static_cast<int>(arguments.size()), arguments.data(),
                      [&](const std::string& name) -> std::optional<std::string> {
                        const auto found = environment.find(name);
                        if (found == environment.end()) return std::nullopt;
                        return found->second;
                      })
      .value();
}

// What a failing start-up says and ends with.
template <class Task>
StartUpFailure failure(Task task) {
  try {
    task();
  } catch (const StartUpFailure& caught) {
    return caught;
  }
  throw std::logic_error("started, and should have failed");
}

std::string write_file(const TemporaryFolder& folder, const std::string& text) {
  const std::string path = folder / "server.ini";
  std::ofstream(path) << text;
  return path;
}

TEST(Config, FallsBackToDefaults) {
  const Config config = parse({});
  EXPECT_EQ(config.text("listen"), "0.0.0.0:4000");
  EXPECT_FALSE(config.flag("mine"));
  EXPECT_THAT(config.all("peer"), ElementsAre());
}

TEST(Config, CommandLineWinsOverEnvironmentWinsOverFile) {
  const TemporaryFolder folder;
  const std::string file =
      write_file(folder, "# comment\nlisten = 1.1.1.1:1\nmax-per-ip = 3\nmine = true\npeer = a:1\npeer = b:2\n");
  const Config config = parse({"--config", file.c_str(), "--listen=3.3.3.3:3"},
                              {{"SUARA_LISTEN", "2.2.2.2:2"}, {"SUARA_MAX_PER_IP", "2"}});
  EXPECT_EQ(config.address("listen").text(), "3.3.3.3:3");
  EXPECT_EQ(config.number("max-per-ip", 1, 100), 2U);
  EXPECT_TRUE(config.flag("mine"));
  EXPECT_THAT(config.all("peer"), ElementsAre("a:1", "b:2"));
}

TEST(Config, TakesNamedVariables) {
  EXPECT_EQ(parse({}, {{"BOOTSTRAP_PORT", "5000"}}).text("listen"), "0.0.0.0:5000");
  EXPECT_EQ(parse({}, {{"BOOTSTRAP_PORT", "5000"}, {"SUARA_LISTEN", "h:1"}}).text("listen"), "h:1");
}

TEST(Config, SplitsRepeatableVariablesAtCommas) {
  EXPECT_THAT(parse({}, {{"SUARA_PEER", "a:1,b:2"}}).all("peer"), ElementsAre("a:1", "b:2"));
}

TEST(Config, RepeatsOnlyWhatMayBeRepeated) {
  EXPECT_THAT(parse({"--peer", "a:1", "--peer", "b:2"}).all("peer"), ElementsAre("a:1", "b:2"));
  const auto failed = failure([] { parse({"--listen", "a:1", "--listen", "b:2"}); });
  EXPECT_EQ(failed.code(), ExitCode::kUsage);
}

TEST(Config, NamesWhatIsWrongOnTheCommandLine) {
  const auto unknown = failure([] { parse({"--lisen", "a:1"}); });
  EXPECT_EQ(unknown.code(), ExitCode::kUsage);
  EXPECT_THAT(unknown.what(), HasSubstr("--lisen"));
  EXPECT_THAT(failure([] { parse({"--list", "a:1"}); }).what(), HasSubstr("--list"));
  EXPECT_THAT(failure([] { parse({"stray"}); }).what(), HasSubstr("stray"));
  EXPECT_EQ(failure([] { parse({"--listen"}); }).code(), ExitCode::kUsage);
  const auto bad = failure([] { (void)parse({"--max-per-ip", "many"}).number("max-per-ip", 1, 1000); });
  EXPECT_EQ(bad.code(), ExitCode::kUsage);
  EXPECT_THAT(bad.what(), HasSubstr("--max-per-ip: \"many\" is no number from 1 to 1000"));
  EXPECT_THAT(failure([] { (void)parse({"--listen", "nowhere"}).address("listen"); }).what(), HasSubstr("--listen"));
}

TEST(Config, MistakesInTheFileAreConfigurationErrors) {
  const TemporaryFolder folder;
  const auto parse_file = [&](const std::string& text) {
    const std::string file = write_file(folder, text);
    return parse({"--config", file.c_str()});
  };
  const auto unknown = failure([&] { parse_file("lisen = a:1\n"); });
  EXPECT_EQ(unknown.code(), ExitCode::kConfiguration);
  EXPECT_THAT(unknown.what(), testing::AllOf(HasSubstr("lisen"), HasSubstr("server.ini")));
  const auto bad = failure([&] { (void)parse_file("max-per-ip = 0\n").number("max-per-ip", 1, 1000); });
  EXPECT_EQ(bad.code(), ExitCode::kConfiguration);
  EXPECT_THAT(bad.what(), HasSubstr("max-per-ip in "));
  EXPECT_EQ(failure([&] { (void)parse_file("mine = perhaps\n").flag("mine"); }).code(), ExitCode::kConfiguration);
  EXPECT_EQ(failure([&] { parse({"--config", "/nonexistent.ini"}); }).code(), ExitCode::kConfiguration);
}

TEST(Config, HelpIsTheTable) {
  const std::string help = help_text(program());
  EXPECT_THAT(help, HasSubstr("--listen ADDRESS"));
  EXPECT_THAT(help, HasSubstr("(default 0.0.0.0:4000; also BOOTSTRAP_PORT)"));
  EXPECT_THAT(help, HasSubstr("Mining:\n  --mine  "));
  EXPECT_THAT(help, HasSubstr("--log-format text|json"));
}

TEST(Config, HelpAndVersionEndTheStart) {
  const std::vector<const char*> version{"server", "--version"};
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse_config(program(), 2, version.data(), process_environment()));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "server 1.2.3\n");
}

TEST(StartUp, ReportsOneLineAndTheExitCode) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_main("server", [] { return ExitCode::kSuccess; }), 0);
  EXPECT_EQ(run_main("server", []() -> ExitCode { throw StartUpFailure(ExitCode::kUnavailable, "port in use"); }), 69);
  EXPECT_EQ(run_main("server", []() -> ExitCode { throw std::runtime_error("disk"); }), 74);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "server: port in use\nserver: disk\n");
}

}  // namespace
}  // namespace suara::shell
