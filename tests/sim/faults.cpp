#include "tests/sim/faults.hpp"

namespace suara::sim {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr NetworkOptions kHealthy;
constexpr Duration kHealthyWrite = milliseconds(2);
constexpr Duration kSlowWrite = milliseconds(300);
constexpr Duration kLook = milliseconds(20);
constexpr Duration kMaxRetirement = std::chrono::seconds(5);

}  // namespace

FaultOptions draw_faults(Rng& rng) {
  using std::chrono::seconds;
  return {.mean_between = between(rng, seconds(2), seconds(12)),
          .mean_cut = between(rng, seconds(5), seconds(80)),
          .mean_down = between(rng, seconds(2), seconds(40))};
}

void Faults::begin() {
  active_ = true;
  strike();
}

void Faults::end() {
  active_ = false;
  environment_.network.heal_all();
  environment_.network.set_latency(kHealthy.min_latency, kHealthy.max_latency);
  for (LineHost* const host : hosts_) {
    host->disk().set_mean_write(kHealthyWrite);
  }
  environment_.scheduler.run_for(kMaxRetirement);  // whoever was asked to end has
  for (LineHost* const host : hosts_) {
    if (!host->running()) host->start();
  }
}

void Faults::later(Duration delay, std::function<void()> task) {
  environment_.scheduler.after(delay, [this, task = std::move(task)] {
    if (active_) task();
  });
}

void Faults::strike() {
  later(exponential(environment_.rng, options_.mean_between), [this] {
    switch (environment_.rng.below(12)) {
      case 0:
      case 1: kill_one(); break;
      case 2: partition(); break;
      case 3: isolate_one(); break;
      case 4: cut_one_way(); break;
      case 5:
      case 6:
      case 7: break_a_stream(); break;
      case 8: slow_network(); break;
      case 9: slow_disk(); break;
      default: kill_amid_a_write(); break;
    }
    strike();
  });
}

// Between what a core has handed over and what is durable: where acknowledgements must not run ahead.
void Faults::kill_amid_a_write() {
  LineHost& victim = any();
  victim.disk().set_mean_write(kSlowWrite);
  wait_for_a_write(victim);
}

void Faults::wait_for_a_write(LineHost& victim) {
  const bool writing = victim.running() && victim.disk().writes_pending() != 0;
  later(writing ? between(environment_.rng, Duration(0), kSlowWrite) : kLook, [this, &victim, writing] {
    if (!writing) return wait_for_a_write(victim);
    victim.disk().set_mean_write(kHealthyWrite);
    if (!victim.running()) return;
    victim.die(percent(environment_.rng, 50) ? Death::kPower : Death::kProcess);
    later(exponential(environment_.rng, options_.mean_down), [&victim] {
      if (!victim.running()) victim.start();
    });
  });
}

LineHost& Faults::any() {
  if (percent(environment_.rng, options_.first_host_percent)) return *hosts_[0];
  return *hosts_[environment_.rng.below(hosts_.size())];
}

void Faults::kill_one() {
  LineHost& victim = any();
  if (!victim.running()) return;
  Duration down = exponential(environment_.rng, options_.mean_down);
  switch (environment_.rng.below(3)) {
    case 0: victim.die(Death::kPower); break;
    case 1: victim.die(Death::kProcess); break;
    default:
      victim.retire();
      down += kMaxRetirement;
      break;
  }
  later(down, [&victim] {
    if (!victim.running()) victim.start();
  });
}

void Faults::cut_between(HostId left, HostId right, Duration time) {
  environment_.network.cut(left, right);
  later(time, [this, left, right] { environment_.network.heal(left, right); });
}

void Faults::partition() {
  const Duration time = exponential(environment_.rng, options_.mean_cut);
  std::vector<bool> side;
  for (std::size_t i = 0; i < hosts_.size(); ++i) side.push_back(percent(environment_.rng, 50));
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    for (std::size_t j = 0; j < hosts_.size(); ++j) {
      if (side[i] != side[j]) cut_between(hosts_[i]->id(), hosts_[j]->id(), time);
    }
  }
}

void Faults::isolate_one() {
  const Duration time = exponential(environment_.rng, options_.mean_cut);
  const LineHost& alone = any();
  for (const LineHost* const other : hosts_) {
    if (other == &alone) continue;
    cut_between(alone.id(), other->id(), time);
    cut_between(other->id(), alone.id(), time);
  }
}

void Faults::cut_one_way() { cut_between(any().id(), any().id(), exponential(environment_.rng, options_.mean_cut)); }

void Faults::break_a_stream() {
  const auto streams = environment_.network.streams();
  if (streams.empty()) return;
  const std::uint64_t stream = streams[environment_.rng.below(streams.size())];
  if (percent(environment_.rng, 50)) {
    environment_.network.reset(stream);
  } else {
    environment_.network.half_open(stream);
  }
}

void Faults::slow_network() {
  environment_.network.set_latency(milliseconds(50), milliseconds(1500));
  later(exponential(environment_.rng, options_.mean_cut),
        [this] { environment_.network.set_latency(kHealthy.min_latency, kHealthy.max_latency); });
}

void Faults::slow_disk() {
  Disk& disk = any().disk();
  disk.set_mean_write(kSlowWrite);
  later(exponential(environment_.rng, options_.mean_cut), [&disk] { disk.set_mean_write(kHealthyWrite); });
}

}  // namespace suara::sim
