"""From a vote's acceptance at one node to its being mined and to be seen at all."""
import json
import statistics
import time

import ledger
from nodes import Node, percentile, wait
from p256 import Key

P99_MS = 1000  # to reach
NODES = 5


class Voting:
    def __init__(self, options, programs, work, table):
        self.options, self.bin, self.work, self.table = options, programs, work, table

    def run(self):
        started = []
        try:
            for number in range(NODES):
                peers = [argument for node in started for argument in ("--peer", node.address)]
                mine = ["--mine"] if number == 0 else []
                started.append(Node(self.bin, self.work / str(number), "--dev", *mine, *peers).__enter__())
            self.measure(started)
        finally:
            for node in started:
                node.__exit__()

    def measure(self, nodes):
        wait(lambda: all(node.status()["peers"] == NODES - 1 for node in nodes), "all are connected to all")
        network = nodes[0].status()["network"]
        now = int(time.time() * 1000)
        statement = ledger.open_election("Speed", ["one", "two"], now - 1000, now + 3_600_000)
        nodes[0].post([ledger.signed(ledger.DEV_ORGANISER, network, statement)])
        election = ledger.transaction_id(ledger.DEV_ORGANISER, statement)
        wait(lambda: all(node.get(f"/v1/elections/{election}") for node in nodes), "all know the election")
        votes = []
        for number in range(self.options.submissions):
            key, vote = Key.from_seed(f"voter {number}".encode()), ledger.cast_vote(election, number % 2)
            votes.append((ledger.signed(key, network, vote), ledger.transaction_id(key, vote)))
        delays = []
        for number, (vote, identity) in enumerate(votes):
            nodes[1 + number % (NODES - 1)].post([vote])
            accepted = time.monotonic()
            wait(lambda: all(self.is_mined(node, identity) for node in nodes), "the vote is mined and seen")
            delays.append((time.monotonic() - accepted) * 1000)
        p99 = percentile(delays, 0.99)
        self.table.report(f"{NODES} nodes: vote accepted at one to mined and visible at all",
                          f"p99 {p99:.0f} ms (p50 {statistics.median(delays):.0f} ms)", f"{P99_MS} ms", P99_MS / p99)

    @staticmethod
    def is_mined(node, identity):
        body = node.get(f"/v1/transactions/{identity}")
        return body is not None and json.loads(body)["status"] == "confirmed"
