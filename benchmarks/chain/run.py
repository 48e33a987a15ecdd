#!/usr/bin/env python3
"""`./dev bench chain`: what the chain of peer-node does in a second, beside what it rests on, measured in the same run.

Databases are written to --work, which should be a real disk: what is connected counts once it is synced. Medians of
--repeat turns; ours and theirs take turns, and a ratio is the median of the turns' ratios.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import openssl  # noqa: E402
from large import Large  # noqa: E402
from table import Table, machine  # noqa: E402

PARTS = ["miner", "check", "connect", "reorganise", "template"]
ASKED_FOR = ["large"]  # takes a quarter of an hour
LARGE = 1_000_000


class Bench:
    def __init__(self, options):
        self.options = options
        self.program = pathlib.Path(options.bin) / "suara-bench-chain"
        self.work = pathlib.Path(options.work)
        self.table = Table()

    def measure(self, part, *arguments):
        command = [str(argument) for argument in (self.program, part, *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads(done.stdout)

    def on_disk(self, part, blocks):
        """With a database of its own."""
        folder = self.work / part
        shutil.rmtree(folder, ignore_errors=True)
        return self.measure(part, folder, blocks)

    def turns(self, *measures):
        """Each measure in turn, as often as asked for: a list of results for each."""
        results = [[measure() for measure in measures] for _ in range(self.options.repeat)]
        return list(zip(*results))

    # ---- the parts

    def miner(self):
        (turns,) = self.turns(lambda: self.measure("miner", self.options.nonces))
        speed = statistics.median(turn["miner"] for turn in turns)

        def compare(name, what, factor):
            ratio = statistics.median(turn["miner"] / turn[name] for turn in turns)
            other = statistics.median(turn[name] for turn in turns)
            self.table.report(f"miner, one thread, beside {what}", f"{speed / 1e6:.1f} MH/s, {ratio:.2f} x",
                              f"{factor} x ({other / 1e6:.1f} MH/s)", ratio / factor)

        compare("kernel", "the bare kernel loop", 0.95)
        # Without the instructions, OpenSSL's is the kernel.
        factor = 2 if turns[0]["sha_extensions"] else 0.95
        compare("openssl", "SHA256_Transform from the first block on", factor)

    def check(self):
        cores = os.cpu_count()
        ours, theirs = self.turns(
            lambda: self.measure("check", cores, int(self.options.seconds * 1000))["votes_per_second"],
            lambda: openssl.verifications(cores, self.options.seconds))
        ratio = statistics.median(mine / other for mine, other in zip(ours, theirs))
        self.table.report(f"stateless check of blocks full of votes, {cores} threads",
                          f"{statistics.median(ours):,.0f} votes/s, {ratio:.2f} x",
                          f"0.9 x openssl speed ecdsap256 ({statistics.median(theirs):,.0f}/s)", ratio / 0.9)

    def connect(self):
        votes, empty = self.turns(
            lambda: self.on_disk("connect", self.options.full_blocks)["votes_per_second"],
            lambda: self.on_disk("empty", self.options.empty_blocks)["blocks_per_second"])
        rate = statistics.median(votes)
        self.table.report("connect and commit, synced, signatures already checked", f"{rate:,.0f} votes/s",
                          "20,000 votes/s", rate / 20_000)
        rate = statistics.median(empty)
        self.table.report("the same, empty blocks", f"{rate:,.0f} blocks/s", "10,000 blocks/s", rate / 10_000)

    def reorganise(self):
        blocks = self.options.reorganised_blocks
        (turns,) = self.turns(lambda: self.on_disk("reorganisation", blocks))
        ratio = statistics.median((turn["undoing"] + turn["redoing"]) / turn["connecting"] for turn in turns)
        undoing, redoing, connecting = (
            statistics.median(turn[name] for turn in turns) for name in ("undoing", "redoing", "connecting"))
        self.table.report(f"undo and redo of {blocks} full blocks",
                          f"{undoing:.2f} s + {redoing:.2f} s, {ratio:.2f} x",
                          f"at most 2 x connecting them ({connecting:.2f} s)", 2 / ratio)

    def template(self):
        count = self.options.waiting
        (turns,) = self.turns(lambda: self.measure("template", count)["milliseconds"])
        took = statistics.median(turns)
        self.table.report(f"block template from a mempool of {count:,}", f"{took:.1f} ms", "20 ms", 20 / took)

    def large(self):
        Large(self.options, self.work, self.table).run()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin", help="where the programs are")
    parser.add_argument("--work", default="build/bench-chain", help="databases; emptied before and after")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of one measurement of signatures")
    parser.add_argument("--part", action="append", choices=PARTS + ASKED_FOR,
                        help="only this; repeatable. `large` makes a chain of --blocks with --votes first")
    parser.add_argument("--blocks", type=int, help=f"of the large chain; {LARGE:,} when not given")
    parser.add_argument("--votes", type=int, help="in the large chain; likewise")
    parser.add_argument("--keep", metavar="FOLDER", help="where the large chain is kept, and used again if it is there")
    parser.add_argument("--quick", action="store_true", help="everything once and small: only that it works")
    options = parser.parse_args()
    options.nonces, options.full_blocks, options.empty_blocks = 2**24, 20, 20_000
    # A chain that takes back more than 100 is refused, and this one is taken back by one more empty block than it has.
    options.reorganised_blocks, options.waiting = 99, 100_000
    options.blocks, options.votes = options.blocks or LARGE, options.votes or LARGE
    if options.quick:
        options.blocks, options.votes = 500, 30_000
        options.repeat, options.seconds = 1, 0.1
        options.nonces, options.full_blocks, options.empty_blocks = 2**16, 1, 100
        options.reorganised_blocks, options.waiting = 2, 1000
    return options


def main():
    options = parse()
    bench = Bench(options)
    shutil.rmtree(bench.work, ignore_errors=True)
    bench.work.mkdir(parents=True)
    print(machine(), flush=True)
    for part in options.part or (PARTS + ASKED_FOR if options.quick else PARTS):
        getattr(bench, part)()
    bench.table.print()
    shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()
