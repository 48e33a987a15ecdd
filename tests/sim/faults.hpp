// The faults any world suffers, drawn one after the other: links cut and healed, connections reset or left half open,
// latency that rises and falls, machines that die and come back.
#pragma once

#include "tests/sim/line_host.hpp"

#include <vector>

namespace suara::sim {

struct FaultOptions {
  Duration mean_between{std::chrono::seconds(6)};
  Duration mean_cut{std::chrono::seconds(25)};
  Duration mean_down{std::chrono::seconds(12)};
  std::uint64_t first_host_percent = 0;  ///< how often it is the first host that is hit, beyond its share
};

/// From rare to constant, from short to long.
FaultOptions draw_faults(Rng& rng);

class Faults {
 public:
  /// The hosts outlive the faults, and the faults outlive the scheduler's tasks.
  Faults(Environment& environment, std::vector<LineHost*> hosts, FaultOptions options)
      : environment_(environment), hosts_(std::move(hosts)), options_(options) {}

  void begin();
  /// No new faults; everything that was broken works again.
  void end();

 private:
  void strike();
  void kill_one();
  void kill_amid_a_write();
  void wait_for_a_write(LineHost& victim);
  void partition();
  void isolate_one();
  void cut_one_way();
  void break_a_stream();
  void slow_network();
  void slow_disk();
  void cut_between(HostId left, HostId right, Duration time);
  LineHost& any();
  /// A task of the safety phase only.
  void later(Duration delay, std::function<void()> task);

  Environment& environment_;
  std::vector<LineHost*> hosts_;
  FaultOptions options_;
  bool active_ = false;
};

}  // namespace suara::sim
