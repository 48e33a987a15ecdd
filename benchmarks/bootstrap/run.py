#!/usr/bin/env python3
"""`./dev bench bootstrap`: the directory server's figures, beside those of others measured in the same run.

Starts real processes on loopback, lets one load generator (suara-load) drive ours and theirs in turn, and prints a
table. Its databases are written to --work, which should be a real disk. Medians of --repeat; a ratio of two servers is
the median of the ratios of the turns, so that whatever else the machine does weighs on both.
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from server import HERE, Process, free_port  # noqa: E402
from table import Table, machine  # noqa: E402

INFO_HASH = "0102030405060708090a0b0c0d0e0f1011121314"
ROWS = 10_000
PARTS = ["reads", "registers", "joins", "idle"]


class Bench:
    def __init__(self, options):
        self.options = options
        self.bin = pathlib.Path(options.bin)
        self.work = pathlib.Path(options.work)
        self.first = 0
        self.table = Table()

    # ---- what is started

    def ours(self, name, *extra):
        folder = self.work / name
        port = free_port()
        arguments = [self.bin / "bootstrap-server", "--listen", f"{HERE}:{port}", "--http", "off", "--data-dir", folder,
                     "--max-per-ip", 100_000, "--max-connections", 100_000, "--ttl", 72 * 3600, *extra]
        # Nobody is at the addresses registered: dialling them would only say so.
        if "--verify" in subprocess.run([arguments[0], "--help"], capture_output=True, text=True, check=True).stdout:
            arguments += ["--verify", "off"]
        return Process("bootstrap-server", arguments, port, self.work / f"{name}.log")

    def echo(self):
        port = free_port()
        return Process("echo", [self.bin / "suara-bench-echo", port], port, self.work / "echo.log")

    def opentracker(self):
        """Debian's serves listed torrents only, and started by root it changes its root folder and becomes nobody."""
        folder = self.work / "opentracker"
        folder.mkdir(exist_ok=True)
        (folder / "whitelist").write_text(INFO_HASH + "\n")
        folder.chmod(0o755)
        (folder / "whitelist").chmod(0o644)
        port = free_port()
        arguments = ["opentracker", "-i", HERE, "-p", port, "-P", port, "-d", folder, "-w", "whitelist"]
        return Process("opentracker", arguments, port, self.work / "opentracker.log")

    def redis(self):
        port = free_port()
        arguments = ["redis-server", "--port", port, "--bind", HERE, "--protected-mode", "no", "--save", "", "--appendonly", "no"]
        return Process("redis-server", arguments, port, self.work / "redis.log")

    # ---- what is measured

    def load(self, kind, **arguments):
        command = [str(self.bin / "suara-load"), kind]
        for name, value in arguments.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads(done.stdout)

    def loop(self, server, protocol, **arguments):
        arguments.setdefault("seconds", self.options.seconds)
        return self.load("loop", port=server.port, protocol=protocol, **arguments)

    def fresh(self, count):
        """Numbers of addresses that nobody has registered yet."""
        self.first += count
        return self.first - count

    def fill(self, server, count):
        return self.load("loop", port=server.port, protocol="register", requests=count, clients=16, in_flight=64,
                         first=self.fresh(count))

    def turns(self, *measures):
        """Each measure in turn, as often as asked for: a list of results for each."""
        results = [[measure() for measure in measures] for _ in range(self.options.repeat)]
        return list(zip(*results))

    def report(self, *row):
        self.table.report(*row)

    # ---- the parts

    def reads(self):
        if not (shutil.which("opentracker") and shutil.which("redis-server")):
            if not self.options.quick:
                raise SystemExit("opentracker and redis-server are not installed")
            return self.reads_alone()
        with self.ours("reads") as ours, self.echo() as echo, self.opentracker() as tracker, self.redis() as redis:
            self.fill(ours, self.options.fill)
            self.loop(tracker, "announce", clients=16, each=1, requests=10_048)  # its 10,000 peers

            def each(server, protocol):
                return lambda: self.loop(server, protocol, clients=16, each=1, peers=50)

            mine, theirs, bare = self.turns(each(ours, "get-peers"), each(tracker, "announce"), each(echo, "echo"))
            self.compare(f"connect + GET_PEERS of 50 of {ROWS:,}", mine, theirs, 1.2, "opentracker announce")
            self.compare("the same", mine, bare, 0.9, "bare Asio line echo")

            size = int(mine[0]["answer_bytes"])
            self.set_redis_value(redis, size)
            mine, theirs = self.turns(lambda: self.loop(ours, "get-peers", clients=50, peers=50),
                                      lambda: self.loop(redis, "redis-get", clients=50))
            self.compare(f"GET_PEERS of 50, kept connections, {size} B", mine, theirs, 1.0, "redis GET")

    def reads_alone(self):
        with self.ours("reads") as ours:
            self.fill(ours, self.options.fill)
            rate = self.loop(ours, "get-peers", clients=16, each=1, peers=50)["per_second"]
            self.report("connect + GET_PEERS, beside nobody", f"{rate:,.0f}/s", "-", 1)

    def compare(self, what, mine, theirs, factor, whose):
        ratio = statistics.median(m["per_second"] / t["per_second"] for m, t in zip(mine, theirs))
        rate = statistics.median(m["per_second"] for m in mine)
        other = statistics.median(t["per_second"] for t in theirs)
        self.report(what, f"{rate:,.0f}/s, {ratio:.2f} x", f"{factor} x {whose} ({other:,.0f}/s)", ratio / factor)

    @staticmethod
    def set_redis_value(redis, size):
        value = b"x" * size
        with socket.create_connection((HERE, redis.port)) as client:
            client.sendall(b"*3\r\n$3\r\nSET\r\n$5\r\nvalue\r\n$%d\r\n%s\r\n" % (size, value))
            if client.recv(16) != b"+OK\r\n":
                raise SystemExit("redis-server does not take the value")

    def registers(self):
        with self.ours("registers") as ours:
            self.fill(ours, self.options.fill)

            def register(**arguments):
                return self.loop(ours, "register", clients=64, first=self.fresh(2_000_000), **arguments)

            each, kept = self.turns(lambda: register(each=1), register)
            rate = statistics.median(r["per_second"] for r in each)
            p99 = statistics.median(r["p99_us"] for r in each) / 1000
            self.report("connect + durable REGISTER, 64 clients", f"{rate:,.0f}/s", "10,000/s", rate / 10_000)
            self.report("the same, p99", f"{p99:.1f} ms", "20 ms", 20 / p99)
            rate = statistics.median(r["per_second"] for r in kept)
            self.report("durable REGISTER, kept connections, 64 in flight", f"{rate:,.0f}/s", "20,000/s", rate / 20_000)

    def joins(self):
        count = self.options.subscribers
        with self.ours("joins") as ours:
            one = self.load("joins", port=ours.port, subscribers=count, joins=self.options.repeat, first=self.fresh(1000))
            worst = one["last_told_p50_us"] / 1000
            self.report(f"one join to {count:,} subscribers, last one told", f"{worst:.1f} ms", "100 ms", 100 / worst)
            many = self.load("joins", port=ours.port, subscribers=count, joins=self.options.joins, every_ms=10,
                             first=self.fresh(10_000))
            told = self.options.joins * count
            self.report(f"100 joins/s, {self.options.joins} of them: events that arrived",
                        f"{told - many['missing']:,} ({many['lost']} subscribers lost; last one told p99 "
                        f"{many['last_told_p99_us'] / 1000:.0f} ms)",
                        f"{told:,}", (told - many["missing"]) / told)

    def idle(self):
        count = self.options.idle
        each = []
        for turn in range(self.options.repeat):
            with self.ours(f"idle{turn}") as ours:
                each.append(self.load("idle", port=ours.port, connections=count, pid=ours.process.pid)["bytes_each"] / 1000)
        figure = statistics.median(each)
        self.report(f"{count:,} idle connections, resident each", f"{figure:.1f} kB", "8 kB", 8 / max(figure, 0.001))  # few cost nothing

    def many_rows(self, count):
        self.options.seconds = max(self.options.seconds, 2)
        with self.ours("few") as few:
            self.fill(few, self.options.fill)
            with self.ours("many") as many:
                filled = self.fill(many, count)
                print(f"  filled at {filled['per_second']:,.0f} rows/s", file=sys.stderr, flush=True)
            starts, resident = [], []
            for _ in range(self.options.repeat):
                begun = time.monotonic()
                with self.ours("many") as many:
                    self.load("loop", port=many.port, protocol="ping", requests=1)
                    starts.append(time.monotonic() - begun)
                    self.loop(many, "get-peers", clients=4, peers=50)
                    resident.append(many.resident_mb())
            with self.ours("many") as many:
                p99 = [statistics.median(r["p99_us"] for r in results) for results in self.turns(
                    lambda: self.loop(many, "get-peers", clients=16, peers=50, rate=1000),
                    lambda: self.loop(few, "get-peers", clients=16, peers=50, rate=1000))]
                self.fill(many, 100_000)
                resident.append(many.resident_mb())
        size = sum(f.stat().st_size for f in (self.work / "many").rglob("*") if f.is_file()) / count
        mb, ready = max(resident), statistics.median(starts)
        self.report(f"{count:,} rows: resident, at most", f"{mb:.0f} MB", "400 MB", 400 / mb)
        self.report("ready after start", f"{ready:.2f} s", "2 s", 2 / ready)
        self.report(f"GET_PEERS p99 at 1,000/s, beside {self.options.fill:,} rows", f"{p99[0]:.0f} µs", f"1.2 x {p99[1]:.0f} µs",
                    1.2 * p99[1] / p99[0])
        self.report("row on disk", f"{size:.0f} B", "150 B", 150 / size)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin", help="where the programs are")
    parser.add_argument("--work", default="build/bench", help="databases and logs; emptied before and after")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of one measurement")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; repeatable")
    parser.add_argument("--rows", type=int, metavar="N", help="instead: the figures of a directory of N rows (5000000: ten minutes)")
    parser.add_argument("--quick", action="store_true", help="everything once and small: only that it works")
    options = parser.parse_args()
    options.fill, options.subscribers, options.joins, options.idle = ROWS, 10_000, 1000, 15_000
    if options.quick:
        options.repeat, options.seconds = 1, 0.1
        options.fill, options.subscribers, options.joins, options.idle = 1000, 100, 10, 100
    return options


def main():
    options = parse()
    bench = Bench(options)
    shutil.rmtree(bench.work, ignore_errors=True)
    bench.work.mkdir(parents=True)
    print(machine(), flush=True)
    if options.rows:
        bench.many_rows(options.rows)
    else:
        for part in options.part or PARTS:
            getattr(bench, part)()
    bench.table.print()
    shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    main()
