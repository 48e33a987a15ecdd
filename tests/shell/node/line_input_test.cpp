#include "peer-node/shell/line_input.hpp"

#include "peer-node/shell/limits.hpp"
#include "tests/shell/running_reactor.hpp"

#include <unistd.h>
#include <array>

namespace suara::node_shell {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    end();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading_end() const { return ends_[0]; }
  void write(const std::string& text) {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(LineInput, CutsItsInputIntoLinesTheLastOneToo) {
  Pipe pipe;
  shell::Recorder<std::string> lines;
  LineInput input(pipe.reading_end(), [&](std::string line) { lines.add(std::move(line)); });
  pipe.write("one\ntw");
  pipe.write("o\n\nthree");
  pipe.end();
  EXPECT_EQ(lines.wait_for(4), (std::vector<std::string>{"one", "two", "", "three"}));
}

TEST(LineInput, CutsALineThatIsTooLong) {
  Pipe pipe;
  shell::Recorder<std::string> lines;
  LineInput input(pipe.reading_end(), [&](std::string line) { lines.add(std::move(line)); });
  pipe.write(std::string(kMaxConsoleLineSizeBytes + 10, 'x') + "\nnext\n");
  const auto all = lines.wait_for(2);
  EXPECT_EQ(all[0].size(), kMaxConsoleLineSizeBytes);
  EXPECT_EQ(all[1], "next");
}

TEST(LineInput, WaitsWhileManyLinesAreUnhandled) {
  Pipe pipe;
  shell::Recorder<std::string> lines;
  LineInput input(pipe.reading_end(), [&](std::string line) { lines.add(std::move(line)); });
  std::string text;
  for (std::size_t i = 0; i < kMaxConsoleLinesWaiting + 2; ++i) text += "line\n";
  pipe.write(text);
  EXPECT_EQ(lines.wait_for(kMaxConsoleLinesWaiting).size(), kMaxConsoleLinesWaiting);
  input.handled();
  EXPECT_EQ(lines.wait_for(kMaxConsoleLinesWaiting + 1).size(), kMaxConsoleLinesWaiting + 1);
}

TEST(LineInput, EndsWhileNothingComes) {
  Pipe pipe;
  const LineInput input(pipe.reading_end(), [](const std::string&) { FAIL(); });
}

}  // namespace
}  // namespace suara::node_shell
