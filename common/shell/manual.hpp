// What a program's option table says, as a manual page for man(1) and as a completion for bash: both are made from the
// same table that the program itself reads its options by, so they cannot tell anything else.
#pragma once

#include <string>
#include <vector>

namespace suara::shell {

struct ManualOption {
  std::string name;        ///< without dashes
  std::string value_name;  ///< empty: a flag. FILE and FOLDER are completed as such, "a|b" by its words in lower case
  std::string text;        ///< what it does, its default and so on
};

struct ManualGroup {
  std::string heading;
  std::vector<ManualOption> options;
};

struct ManualCommand {
  std::vector<std::string> names;  ///< "election open"; further ones are other spellings
  std::string words;               ///< "ADDR", "[ID]"
  std::string summary;
  std::vector<ManualOption> options;
};

struct Manual {
  std::string name;
  std::string summary;
  std::string version;
  unsigned section = 1;  ///< 1: programs for everybody; 8: daemons
  std::vector<ManualGroup> groups;
  std::vector<ManualCommand> commands;  ///< none for a daemon
  std::vector<std::string> see_also;    ///< "peer-node(8)"
};

/// In the language of man(7).
std::string man_page(const Manual& manual);

std::string bash_completion(const Manual& manual);

}  // namespace suara::shell
