#include "common/shell/manual.hpp"

#include <algorithm>
#include <set>

namespace suara::shell {
namespace {

std::string identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return "_" + name;
}

/// The alternatives of "ID|dev|classic" that can be typed as they stand.
std::string choices(const std::string& value_name) {
  std::string words;
  if (value_name.find('|') == std::string::npos) return words;
  std::size_t begin = 0;
  while (begin <= value_name.size()) {
    const auto end = std::min(value_name.find('|', begin), value_name.size());
    const auto word = value_name.substr(begin, end - begin);
    if (!word.empty() && word.front() >= 'a' && word.front() <= 'z') words += (words.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return words;
}

/// Files ('f') or folders ('d').
std::string files_text(char kind) {
  return std::string("compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -") + kind +
         " -- \"$current\")";
}

std::string completion_of(const ManualOption& option) {
  if (const auto words = choices(option.value_name); !words.empty())
    return "mapfile -t COMPREPLY < <(compgen -W \"" + words + "\" -- \"$current\")";
  if (option.value_name.starts_with("FILE")) return files_text('f');
  if (option.value_name == "FOLDER" || option.value_name == "DIR") return files_text('d');
  return ":";
}

/// Those that take a value, each name once: it means the same kind of value in every command.
std::vector<ManualOption> valued_options(const Manual& manual) {
  std::vector<ManualOption> valued;
  std::set<std::string> seen;
  const auto add = [&](const std::vector<ManualOption>& options) {
    for (const auto& option : options) {
      if (!option.value_name.empty() && seen.insert(option.name).second) valued.push_back(option);
    }
  };
  for (const auto& group : manual.groups) add(group.options);
  for (const auto& command : manual.commands) add(command.options);
  return valued;
}

/// What stands behind an option that takes a value.
std::string values_text(const Manual& manual) {
  std::string text = "  case \"$previous\" in\n";
  for (const auto& option : valued_options(manual))
    text += "    --" + option.name + ") " + completion_of(option) + "; return ;;\n";
  return text + "  esac\n";
}

std::string names_of(const std::vector<ManualOption>& options) {
  std::string text;
  for (const auto& option : options) text += (text.empty() ? "--" : " --") + option.name;
  return text;
}

std::string global_names(const Manual& manual) {
  std::string text;
  for (const auto& group : manual.groups) text += (text.empty() ? "" : " ") + names_of(group.options);
  return text;
}

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }

/// The command on the line so far is its first word that is one; "election" takes the next with it.
std::string find_command_text(const Manual& manual) {
  std::string valued;
  for (const auto& option : valued_options(manual)) valued += (valued.empty() ? "--" : "|--") + option.name;
  std::string single;
  std::string groups;
  std::set<std::string> seen;
  for (const auto& command : manual.commands) {
    for (const auto& name : command.names) {
      if (!seen.insert(first_word(name)).second) continue;
      auto& list = name.find(' ') == std::string::npos ? single : groups;
      list += (list.empty() ? "" : "|") + first_word(name);
    }
  }
  std::string text =
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"${COMP_WORDS[i]}\" in\n      " + valued + ") ((i++)) ;;\n";
  if (!single.empty()) text += "      " + single + ") command=${COMP_WORDS[i]}; break ;;\n";
  if (!groups.empty()) {
    text += "      " + groups +
            ")\n        command=${COMP_WORDS[i]}\n"
            "        ((i + 1 < COMP_CWORD)) && command+=\" ${COMP_WORDS[i + 1]}\"\n        break ;;\n";
  }
  return text + "    esac\n  done\n";
}

/// For each command its options; without one the commands; behind the first of two words the second ones.
std::string words_text(const Manual& manual) {
  std::string first;
  std::vector<std::pair<std::string, std::string>> groups;
  std::string text = "  case \"$command\" in\n";
  for (const auto& command : manual.commands) {
    const auto& name = command.names.front();
    const auto group = first_word(name);
    if (group != name) {
      auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == group; });
      if (found == groups.end()) found = groups.insert(groups.end(), {group, ""});
      found->second += (found->second.empty() ? "" : " ") + name.substr(group.size() + 1);
    }
    if ((" " + first + " ").find(" " + group + " ") == std::string::npos) first += (first.empty() ? "" : " ") + group;
    std::string pattern;
    for (const auto& spelling : command.names) {
      pattern.append(pattern.empty() ? "\"" : "|\"").append(spelling).append("\"");
    }
    const bool files = command.words.find("FILE") != std::string::npos;
    text.append("    ").append(pattern).append(") options+=\" ").append(names_of(command.options)).append("\"");
    text.append(files ? "; files=1" : "").append(" ;;\n");
  }
  for (const auto& [group, seconds] : groups) {
    text.append("    \"").append(group).append("\") words=\"").append(seconds).append("\" ;;\n");
  }
  return text + "    \"\") words=\"" + first + "\" ;;\n  esac\n";
}

}  // namespace

std::string bash_completion(const Manual& manual) {
  const auto function = identifier(manual.name);
  std::string text = "# bash completion for " + manual.name + "; made by " + manual.name + " --completion bash\n" +
                     function +
                     "() {\n"
                     "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
                     "  local i command= words= files= options=\"" +
                     global_names(manual) +
                     "\"\n"
                     "  COMPREPLY=()\n"
                     "  # --option=value comes in three words\n"
                     "  if [ \"$current\" = \"=\" ]; then\n"
                     "    current=\n"
                     "  elif [ \"$previous\" = \"=\" ]; then\n"
                     "    previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                     "  fi\n" +
                     values_text(manual);
  if (!manual.commands.empty()) text += find_command_text(manual) + words_text(manual);
  return text +
         "  if [ -n \"$files\" ] && [[ $current != -* ]]; then\n"
         "    " +
         files_text('f') +
         "; return\n"
         "  fi\n"
         "  if [ -z \"$words\" ] || [[ $current == -* ]]; then words=$options; fi\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -F " +
         function + " " + manual.name + "\n";
}

}  // namespace suara::shell
