"""A node on a chain of a million blocks and a million votes: how soon it is ready, how fast it answers, what it holds
in memory. The chain is made by suara-bench-chain, with the node's own code; the node is a real process."""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

from server import HERE, HttpProcess, free_port

CLIENTS = 4
OTHER_RATE = 100  # requests of other kinds a second, beside those for transactions
PATHS = 200_000
RESIDENT_MB, READY_SECONDS, P99_MS = 200, 3, 5  # to reach
CROWDED = 1000  # votes in a block; from here on it is one of the full ones


class Large:
    def __init__(self, options, work, table):
        self.bin = pathlib.Path(options.bin)
        self.blocks, self.votes = options.blocks, options.votes
        self.seconds, self.repeat = 5 * options.seconds, options.repeat
        self.work, self.table = work, table
        self.folder = pathlib.Path(options.keep) if options.keep else work / "large"

    def run(self):
        self.make()
        self.write_paths()
        self.serve()
        self.start_after_kill()
        self.check()

    def tell(self, text):
        print(f"  {text}", file=sys.stderr, flush=True)

    # ---- the chain

    def make(self):
        made = self.folder / "made.json"  # written last
        wanted = {"blocks": self.blocks, "votes": self.votes}
        if made.exists():
            if json.loads(made.read_text()) != wanted:
                raise SystemExit(f"{self.folder} has another chain, of {made.read_text()}")
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        figures = json.loads(self.program("suara-bench-chain", "large", self.folder, self.blocks, self.votes))
        made.write_text(json.dumps(wanted))
        self.tell(f"{self.blocks:,} blocks with {self.votes:,} votes made in {figures['seconds']:.0f} s")

    def write_paths(self):
        """In an order of their own, which is the same each time."""
        votes = [line.split() for line in (self.folder / "votes.txt").read_text().splitlines()]
        chance = random.Random(1)
        chance.shuffle(votes)
        election = json.loads(self.get_once("/v1/elections"))["elections"][0]["id"]

        def height():
            return chance.randrange(self.blocks)

        others = [lambda: f"/v1/blocks/{height()}", lambda: f"/v1/blocks?from={height()}",
                  lambda: f"/v1/headers?from={height()}&limit=100", lambda: f"/v1/elections/{election}",
                  lambda: "/v1/elections", lambda: "/v1/status", lambda: "/v1/mempool",
                  lambda: f"/v1/elections/{election}/votes?after={chance.randbytes(64).hex()}"]
        self.paths("any", (f"/v1/transactions/{vote}" for vote, _, _ in votes))
        self.paths("crowded", (f"/v1/transactions/{vote}" for vote, _, count in votes if int(count) >= CROWDED))
        self.paths("others", (others[n % len(others)]() for n in range(PATHS)))

    def paths(self, name, lines):
        (self.work / name).write_text("".join(line + "\n" for line in lines))

    # ---- the node

    def node(self):
        http = free_port()
        arguments = [self.bin / "peer-node", "--genesis", self.folder / "genesis.json", "--data-dir", self.folder,
                     "--listen", f"{HERE}:{free_port()}", "--http", f"{HERE}:{http}"]
        return HttpProcess("peer-node", arguments, http, self.work / "peer-node.log")

    def get_once(self, path):
        with self.node() as node:
            return node.get(path)

    def program(self, name, *arguments):
        command = [str(self.bin / name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def load_command(self, node, paths, clients, rate=0, seconds=None):
        return [str(self.bin / "suara-load"), "loop", "--protocol", "http", "--port", str(node.port), "--paths",
                str(self.work / paths), "--clients", str(clients), "--rate", str(rate), "--seconds",
                str(seconds or self.seconds)]

    # ---- what is measured

    def serve(self):
        starts = []
        for _ in range(self.repeat):
            with self.node() as node:
                starts.append(node.ready_after)
        with self.node() as node:
            self.tell(f"resident when ready: {node.resident_mb():.0f} MB")
            alone = self.load(node, "any", beside=None)
            mixed = self.load(node, "any", beside="others")
            crowded = self.load(node, "crowded", beside=None) if (self.work / "crowded").stat().st_size else None
            resident, most = node.resident_mb(), node.resident_mb("VmHWM")
        ready = sorted(starts)[len(starts) // 2]
        what = f"{self.blocks:,} blocks with {self.votes:,} votes"
        self.table.report(f"{what}: ready after start", f"{ready:.2f} s", f"{READY_SECONDS} s", READY_SECONDS / ready)
        self.latency(f"GET transactions/ID, {CLIENTS} clients", alone)
        self.latency(f"the same, beside {OTHER_RATE}/s of other requests", mixed)
        if crowded:
            self.latency("the same, all of full blocks", crowded)
        self.table.report("resident, at most", f"{most:.0f} MB ({resident:.0f} MB at the end)", f"{RESIDENT_MB} MB",
                          RESIDENT_MB / most)
        size = sum(file.stat().st_size for file in (self.folder / "db").iterdir())
        self.tell(f"on disk: {size / 1e9:.2f} GB")

    def load(self, node, paths, beside):
        other = beside and subprocess.Popen(self.load_command(node, beside, CLIENTS, OTHER_RATE, self.seconds + 1),
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        found = subprocess.run(self.load_command(node, paths, CLIENTS), capture_output=True, text=True, check=False)
        if found.returncode != 0:
            raise SystemExit(found.stderr)
        if other:
            out, problem = other.communicate()
            if other.returncode != 0:
                raise SystemExit(problem)
            others = json.loads(out)
            self.tell(f"others: {others['answers']:.0f}, p50 {others['p50_us'] / 1000:.2f} ms, "
                      f"p99 {others['p99_us'] / 1000:.2f} ms, at most {others['max_us'] / 1000:.1f} ms")
        return json.loads(found.stdout)

    def latency(self, what, found):
        p50, p99 = found["p50_us"] / 1000, max(found["p99_us"], 1) / 1000
        self.table.report(what, f"p99 {p99:.2f} ms (p50 {p50:.2f} ms, {found['per_second']:,.0f}/s)", f"{P99_MS} ms",
                          P99_MS / p99)

    def start_after_kill(self):
        self.program("suara-bench-chain", "fill-log", self.folder)
        log = sum(file.stat().st_size for file in (self.folder / "db").glob("*.log"))
        with self.node() as node:
            ready = node.ready_after
            node.kill()
        self.table.report(f"ready after a kill with {log / 2**20:.0f} MB in the log", f"{ready:.2f} s",
                          f"{READY_SECONDS} s", READY_SECONDS / ready)

    def check(self):
        command = [self.bin / "peer-node", "--genesis", self.folder / "genesis.json", "--data-dir", self.folder, "--check"]
        begun = time.monotonic()
        with open(self.work / "check.log", "w+b") as log:
            _, status, used = os.wait4(subprocess.Popen([str(word) for word in command], stdout=log, stderr=log).pid, 0)
            log.seek(0)
            said = log.read().decode().strip().splitlines()[-1]
        if status != 0:
            raise SystemExit(f"{command}\n{said}")
        self.tell(f"peer-node --check: {time.monotonic() - begun:.0f} s, resident at most {used.ru_maxrss / 1024:.0f} MB: {said}")
