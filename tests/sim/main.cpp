// suara-sim: runs seeds and says which fail and how to see each of them again.
#include "tests/sim/run.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/program_options.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace options = boost::program_options;
using suara::sim::RunResult;

constexpr int kUsage = 64;

struct Settings {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 1;
  std::uint64_t jobs = 1;
  std::size_t nodes = 0;
  bool verbose = false;
};

std::string replay(const Settings& settings, std::uint64_t seed) {
  std::string command = "suara-sim --seeds 1 --seed " + std::to_string(seed);
  if (settings.nodes != 0) command += " --nodes " + std::to_string(settings.nodes);
  return command + " --verbose";
}

// One line for the seed; what a worker writes to its parent, so it must stay shorter than a pipe writes at once.
std::string report(const Settings& settings, std::uint64_t seed, const RunResult& result) {
  const std::string name = "seed " + std::to_string(seed);
  if (result.failure) {
    return "F" + name + " FAILED: " + result.failure->substr(0, 1000) + " (" + result.summary +
           ")\n  replay: " + replay(settings, seed) + "\n";
  }
  if (!settings.verbose) return "P";
  return "P" + name + " passed: " + result.summary + ", " + std::to_string(result.events) + " events, trace " +
         result.trace.hex() + "\n";
}

std::string run_seed(const Settings& settings, std::uint64_t seed) {
  return report(
      settings, seed,
      suara::sim::run({.seed = seed, .nodes = settings.nodes, .verbose = settings.verbose && settings.seeds == 1}));
}

struct Tally {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;

  void add(const std::string& line) {
    ++(line[0] == 'P' ? passed : failed);
    std::cout << line.substr(1) << std::flush;
  }
};

// A process of its own for some of the seeds, so that a broken invariant inside a core ends one seed and not all.
struct Worker {
  std::vector<std::uint64_t> seeds;
  std::size_t done = 0;
  pid_t process = -1;
  std::FILE* output = nullptr;

  void start(const Settings& settings) {
    int ends[2];
    if (pipe(ends) != 0) std::exit(EXIT_FAILURE);
    std::cout.flush();
    process = fork();
    if (process == 0) {
      close(ends[0]);
      for (std::size_t i = done; i < seeds.size(); ++i) {
        const std::string line = run_seed(settings, seeds[i]) + '\0';
        if (write(ends[1], line.data(), line.size()) < 0) _exit(EXIT_FAILURE);
      }
      _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    output = fdopen(ends[0], "r");
  }

  // False when all its seeds are done.
  bool collect(const Settings& settings, Tally& tally) {
    if (done == seeds.size()) return false;
    std::string line;
    int c = 0;
    while ((c = std::fgetc(output)) > 0) line += static_cast<char>(c);
    if (c == 0) {
      ++done;
      tally.add(line);
      return true;
    }
    std::fclose(output);
    waitpid(process, nullptr, 0);
    const std::uint64_t seed = seeds[done++];
    tally.add("Fseed " + std::to_string(seed) +
              " FAILED: a core ended the process\n  replay: " + replay(settings, seed) + "\n");
    if (done < seeds.size()) start(settings);
    return true;
  }
};

Tally run_all(const Settings& settings) {
  std::vector<Worker> workers(settings.jobs);
  for (std::uint64_t i = 0; i < settings.seeds; ++i)
    workers[i % settings.jobs].seeds.push_back(settings.first_seed + i);
  for (Worker& worker : workers) {
    if (!worker.seeds.empty()) worker.start(settings);
  }
  Tally tally;
  for (bool busy = true; busy;) {
    busy = false;
    for (Worker& worker : workers) busy = worker.collect(settings, tally) || busy;
  }
  for (const Worker& worker : workers) waitpid(worker.process, nullptr, 0);
  return tally;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  options::options_description description("suara-sim: the cores on virtual time, with faults");
  auto add = description.add_options();
  add("seeds", options::value(&settings.seeds), "how many seeds to run");
  add("seed", options::value(&settings.first_seed), "the first of them (default 1)");
  add("nodes", options::value(&settings.nodes), "nodes (or clients) of each world, instead of what the seed says");
  add("jobs", options::value(&settings.jobs), "processes to run them in");
  add("verbose", options::bool_switch(&settings.verbose), "tell what came of each seed; of a single one, every event");
  add("help", "this");
  try {
    options::variables_map values;
    options::store(options::parse_command_line(argc, argv, description), values);
    options::notify(values);
    if (values.contains("help")) {
      std::cout << description;
      return EXIT_SUCCESS;
    }
  } catch (const options::error& error) {
    std::cerr << "suara-sim: " << error.what() << "\n" << description;
    return kUsage;
  }
  if (settings.jobs == 0 || settings.seeds == 0) {
    std::cerr << "suara-sim: --jobs and --seeds must be at least 1\n";
    return kUsage;
  }
  const Tally tally = run_all(settings);
  std::cout << tally.passed << " passed, " << tally.failed << " failed\n";
  return tally.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
