"""Large networks in the simulator: real cores, virtual time (suara-bench-simulated)."""
import json
import subprocess
import sys
import time

SPREADING_MS = 2_000


class Simulated:
    def __init__(self, options, bin_folder, table):
        self.options, self.bin, self.table = options, bin_folder, table

    def run_program(self, *words):
        began = time.monotonic()
        done = subprocess.run([str(self.bin / "suara-bench-simulated"), *map(str, words)], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise SystemExit(f"suara-bench-simulated {' '.join(map(str, words))}\n{done.stderr}")
        print(f"  {done.stdout.strip()} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        return json.loads(done.stdout)

    def run(self):
        nodes, blocks, size = self.options.simulated_nodes, self.options.simulated_blocks, self.options.simulated_bytes
        for upload in (1_000, 100):
            found = self.run_program("spreading", nodes, blocks, size, upload)
            self.table.report(f"simulated {nodes:,} nodes, {upload:,} Mbit/s up: block of {size:,} bytes at 99 % of them",
                              f"{found['p99_ms']:,.0f} ms (half of them: {found['p50_ms']:,.0f} ms)", f"{SPREADING_MS:,} ms",
                              SPREADING_MS / found["p99_ms"])
        newcomers, seconds = self.options.simulated_newcomers, self.options.simulated_seconds
        found = self.run_program("newcomers", newcomers, self.options.simulated_before, 100, seconds, "announce")
        self.table.report(f"simulated {newcomers:,} newcomers within {seconds} s, a chain of 100 blocks",
                          f"{found['synced']:,} synced, 99 % within {found['p99_ms'] / 1000:.1f} s of coming", "all",
                          found["synced"] / newcomers)
        if self.options.quick and found["synced"] < newcomers:
            raise SystemExit("not all newcomers are synced")
