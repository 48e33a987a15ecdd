#!/usr/bin/env python3
"""A bootstrap server, three mining nodes and an election, as separate processes on this machine.

    demo.py [--once] [--json] [--votes FILE.csv] [--bin DIR]

Opens the election, casts the votes through vote-client, waits until all nodes report the same tip and tally, and shows
them. Then it keeps running until Ctrl-C, or ends there with --once. A process that somebody kills with SIGKILL is
started again. Results go to stdout, what it is doing to stderr.
"""
import argparse
import csv
import json
import pathlib
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
sys.dont_write_bytecode = True

from cluster import Cluster, Failed  # noqa: E402

NODES = 3
VOTES = 300
CANDIDATES = {"Alice": 40, "Bob": 35, "Charlie": 25}  # and their chances
AGREEMENT_SECONDS = 60
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants it to end: Ctrl-C, or a signal."""

    def __init__(self, number):
        self.number = number


def step(text):
    print(f"demo: {text}", file=sys.stderr, flush=True)


class KeptAlive(Cluster):
    """What is killed from outside is started again, as a service manager would; what ends by itself has failed."""
    restarts = 0

    def check_alive(self):
        for process in self.processes:
            if process.child is not None and process.child.poll() == -signal.SIGKILL:
                step(f"{process.name} was killed; starting it again")
                process.start()
                self.restarts += 1
        super().check_alive()


class Counting:
    """How many votes the nodes have counted: a line that changes on a terminal, elsewhere one every few seconds."""

    def __init__(self, total):
        self.total, self.terminal, self.next = total, sys.stderr.isatty(), time.monotonic() + 3

    def __call__(self, counts):
        text = f"demo: counted {', '.join(map(str, counts))} of {self.total} votes"
        if self.terminal:
            print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)
        elif time.monotonic() >= self.next:
            self.next += 3
            print(text, file=sys.stderr, flush=True)

    def end(self):
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def write_votes(path):
    names, chances = list(CANDIDATES), list(CANDIDATES.values())
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["voter_id", "candidate_id"])
        for number, name in enumerate(random.choices(names, chances, k=VOTES), 1):
            writer.writerow([f"voter{number:03}", name])
    return names, VOTES


def read_votes(path):
    """The candidates of somebody's file, in the order they first occur, and the number of votes."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not {"voter_id", "candidate_id"} <= set(rows.fieldnames or []):
                raise Failed(f"{path}: the first line must name the columns voter_id,candidate_id")
            names = [row["candidate_id"] or "" for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Failed(f"{path} cannot be read: {error}") from None
    candidates = list(dict.fromkeys(name.strip() for name in names))
    if not candidates or "" in candidates:
        raise Failed(f"{path}: " + ("a vote without a candidate" if candidates else "there are no votes"))
    return candidates, len(names)


def cast(cluster, election, path):
    words = [word for node in cluster.nodes for word in ("--node", node.url)]
    done = cluster.vote(*words, "--json", "cast", "--election", election, "--file", path, check=False, stderr=None)
    try:
        summary = json.loads(done.stdout)
        accepted = summary["accepted"]
    except (ValueError, KeyError):
        raise Failed(f"vote-client ended with {done.returncode}") from None
    cluster.check_alive()
    if done.returncode != 0:
        raise Failed(f"vote-client: {accepted} of {summary['votes']} votes accepted; refused: {summary['refused']}")
    return accepted


def result(cluster, election, candidates, tallies):
    nodes = []
    for node, tally in zip(cluster.nodes, tallies):
        nodes.append({"node": node.name, "height": tally["height"], "tip": tally["tip"], "peers": node.peers(),
                      "votes": {name: tally["votes"][name] for name in candidates},
                      "http": node.url, "listen": node.address})
    return {"election": election, "candidates": candidates, "bootstrap": cluster.bootstrap.address, "nodes": nodes}


def table(document):
    rows = [["node", "height", "tip", "peers", *document["candidates"]]]
    for node in document["nodes"]:
        rows.append([node["node"], str(node["height"]), node["tip"][:10] + "…", str(node["peers"]),
                     *(str(node["votes"][name]) for name in document["candidates"])])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    left = {0, 2}
    return "\n".join("  ".join(cell.ljust(width) if i in left else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def show(document, as_json):
    if as_json:
        print(json.dumps(document), flush=True)
        return
    print(table(document), flush=True)
    print(f"\nbootstrap server  {document['bootstrap']}    election  {document['election']}")
    for node in document["nodes"]:
        print(f"{node['node']}  {node['http']}  (peers: {node['listen']})")
    print(f"\nadmin-client --node {document['nodes'][0]['http']} node status", flush=True)


def hold_election(cluster, votes_file):
    step(f"starting a bootstrap server and {NODES} nodes")
    cluster.start_bootstrap()
    cluster.start_nodes(NODES)
    path = votes_file or cluster.folder / "votes.csv"
    candidates, count = read_votes(path) if votes_file else write_votes(path)
    step(f"opening the election: {', '.join(candidates)}")
    election = cluster.open_election(cluster.nodes[0], candidates, "Demo")
    step(f"casting {count} votes at {NODES} nodes")
    accepted = cast(cluster, election, path)
    step("waiting until all nodes have the same tip and tally")
    counting = Counting(accepted)
    try:
        tallies = cluster.wait_for_agreement(election, accepted, AGREEMENT_SECONDS, progress=counting)
    finally:
        counting.end()
    return result(cluster, election, candidates, tallies)


def agree_again(cluster, document):
    """After a restart: once all nodes are connected and have the same tip and tally, whatever was voted meanwhile."""
    cluster.wait(cluster.bootstrap.answers, "the bootstrap server answers", AGREEMENT_SECONDS)

    def agree():
        tallies = [node.tally(document["election"]) for node in cluster.nodes]
        connected = all(node.peers() == NODES - 1 for node in cluster.nodes)
        return tallies if connected and all(tallies) and all(t == tallies[0] for t in tallies) else None

    tallies = cluster.wait(agree, "all nodes agree again", AGREEMENT_SECONDS)
    return result(cluster, document["election"], document["candidates"], tallies)


def keep_running(cluster, document, as_json):
    step("running; Ctrl-C ends it")
    shown_restarts = cluster.restarts
    while True:
        time.sleep(0.5)
        cluster.check_alive()
        if cluster.restarts != shown_restarts:
            shown_restarts = cluster.restarts
            show(agree_again(cluster, document), as_json)


def run(options):
    shown = False
    with KeptAlive(options.bin) as cluster:
        try:
            document = hold_election(cluster, options.votes)
            # A signal now counts once the table is out: who reads it may send one at once.
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            show(document, options.json)
            shown = True
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            if not options.once:
                keep_running(cluster, document, options.json)
        except Stopped:
            if not shown:
                raise
        finally:
            listen_to_signals(signal.SIG_IGN)  # clearing up takes a moment and must not be cut short
        step("shutting down")
        cluster.stop()


def listen_to_signals(handler):
    for number in SIGNALS:
        signal.signal(number, handler)


def stop(number, _frame):
    raise Stopped(number)


def main():
    parser = argparse.ArgumentParser(prog="demo", description="three nodes hold an election on this machine")
    parser.add_argument("--once", action="store_true", help="end after the table")
    parser.add_argument("--json", action="store_true", help="print the table as JSON")
    parser.add_argument("--votes", metavar="FILE.csv", help="cast these votes: columns voter_id,candidate_id")
    parser.add_argument("--bin", metavar="DIR", help="where the programs are; default build/release/bin")
    options = parser.parse_args()
    listen_to_signals(stop)
    try:
        run(options)
    except Failed as failure:
        step(str(failure))
        return 1
    except Stopped as stopped:
        step("stopped before the end")
        return 128 + stopped.number
    except subprocess.TimeoutExpired as error:
        step(f"{error.cmd[0]} did not end in time")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
