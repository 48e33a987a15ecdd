#!/usr/bin/env python3
"""`./dev bench network`: how fast real nodes on loopback find out, pass on and agree, measured from outside.

Chains to be fetched are made first by suara-bench-chain, with the node's own code. Every node is a process with a
database of its own below --work, which should be a real disk.
"""
import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

HERE_FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE_FOLDER.parent))
sys.path.insert(0, str(HERE_FOLDER.parent / "chain"))
sys.path.insert(0, str(HERE_FOLDER.parent.parent / "tests" / "e2e"))
from idle import Idle  # noqa: E402
from nodes import Node, Tips, wait  # noqa: E402
from openssl import verifications  # noqa: E402
from relay import Relay  # noqa: E402
from simulated import Simulated  # noqa: E402
from table import Table, machine  # noqa: E402
from voting import Voting  # noqa: E402

PARTS = ["empty", "votes", "relay", "voting", "idle", "simulated"]
VOTES_PER_BLOCK = 2_500
LOOK_EVERY_S = 0.05


class Bench:
    def __init__(self, options):
        self.options = options
        self.bin = pathlib.Path(options.bin)
        self.work = pathlib.Path(options.work)
        self.table = Table()

    # ---- a newcomer

    def make_chain(self, folder, blocks, votes):
        command = [str(self.bin / "suara-bench-chain"), "large", str(folder), str(blocks), str(votes)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")

    def sync(self, server_folder, height):
        """A fresh node fetches the whole chain from one: seconds, and the share of all cores the serving one took."""
        newcomer_folder = self.work / "newcomer"
        shutil.rmtree(newcomer_folder, ignore_errors=True)
        genesis = ["--genesis", server_folder / "genesis.json"]
        with Node(self.bin, server_folder, *genesis) as server:
            wait(lambda: server.status()["height"] == height, "the chain that was made is served")
            served = server.cpu_seconds()
            began = time.monotonic()
            with Node(self.bin, newcomer_folder, *genesis, "--peer", server.address) as newcomer:
                tips = Tips(newcomer)  # to ask for the status again and again would take a fiftieth of the cores
                wait(lambda: tips.height == height, "the newcomer has it", 900, LOOK_EVERY_S)
                seconds = time.monotonic() - began
                own = newcomer.cpu_seconds()
            served = server.cpu_seconds() - served
        print(f"  {seconds:.1f} s, of which {served:.1f} s of processor time for the serving node, {own:.1f} s for "
              "the newcomer", file=sys.stderr, flush=True)
        return seconds, served / seconds / os.cpu_count()

    def empty(self):
        blocks, folder = self.options.blocks, self.work / "empty"
        self.make_chain(folder, blocks, 0)
        rates = [blocks / self.sync(folder, blocks)[0] for _ in range(self.options.repeat)]
        rate = statistics.median(rates)
        self.table.report(f"fresh node syncs {blocks:,} empty blocks", f"{rate:,.0f} blocks/s", "10,000 blocks/s",
                          rate / 10_000)

    def votes(self):
        votes, folder = self.options.votes, self.work / "votes"
        blocks = 1 + -(-votes // VOTES_PER_BLOCK)
        self.make_chain(folder, blocks, votes)
        ratios, rates, theirs = [], [], []
        for _ in range(self.options.repeat):
            seconds, serving = self.sync(folder, blocks)
            theirs.append(verifications(os.cpu_count(), self.options.seconds))
            rates.append(votes / seconds)
            ratios.append(rates[-1] / (theirs[-1] * (1 - serving)))
        ratio = statistics.median(ratios)
        self.table.report(f"fresh node syncs {votes:,} signed votes",
                          f"{statistics.median(rates):,.0f} votes/s, {ratio:.2f} x",
                          f"0.8 x openssl speed ecdsap256 on all cores ({statistics.median(theirs):,.0f}/s), less the "
                          "serving node's share", ratio / 0.8)

    # ---- many

    def relay(self):
        Relay(self.options, self.bin, self.work / "relay", self.table).run()

    def voting(self):
        Voting(self.options, self.bin, self.work / "voting", self.table).run()

    def idle(self):
        Idle(self.options, self.bin, self.work / "idle", self.table).run()

    def simulated(self):
        Simulated(self.options, self.bin, self.table).run()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin", help="where the programs are")
    parser.add_argument("--work", default="build/bench-network", help="databases; emptied before and after")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; repeatable")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="of one measurement of signatures")
    parser.add_argument("--quick", action="store_true", help="everything once and small: only that it works")
    options = parser.parse_args()
    options.blocks, options.votes = 100_000, 200_000
    options.nodes, options.relayed_blocks, options.transactions_per_block = 20, 60, 500
    options.submissions, options.idle_seconds, options.idle_peers = 100, 60, 64
    options.simulated_nodes, options.simulated_blocks, options.simulated_bytes = 1_000, 1, 1_000_000
    options.simulated_newcomers, options.simulated_before, options.simulated_seconds = 10_000, 50, 600
    options.relay_bits = "1d0fffff"  # six seconds of one core a block: its transactions are everywhere before it
    if options.quick:
        options.repeat, options.seconds = 1, 1
        options.blocks, options.votes = 3_000, 2_000
        options.nodes, options.relayed_blocks, options.transactions_per_block = 4, 2, 20
        options.submissions, options.idle_seconds, options.idle_peers = 3, 2, 4
        options.simulated_nodes, options.simulated_bytes = 20, 100_000
        options.simulated_newcomers, options.simulated_before, options.simulated_seconds = 50, 5, 10
        options.relay_bits = "1d7fffff"
    return options


def main():
    options = parse()
    bench = Bench(options)
    shutil.rmtree(bench.work, ignore_errors=True)
    bench.work.mkdir(parents=True)
    print(machine(), flush=True)
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, bench.work, ignore_errors=True)
        for part in options.part or PARTS:
            getattr(bench, part)()
    bench.table.print()


if __name__ == "__main__":
    main()
