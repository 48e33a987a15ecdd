"""A block on its way from its miner to the last of many nodes, whose mempools know its transactions already.

Bytes are all that the nodes write to each other, whatever for: for the block, from before it is found until everybody has
it; and beside it, for its whole life, from before its transactions are submitted. Of blocks that were found before all
transactions were everywhere only the time counts.
"""
import json
import statistics
import sys
import time

import ledger
from nodes import Node, Tips, percentile, wait
from p256 import Key
from server import HERE, Process, free_port

P99_MS, BYTES_PER_BLOCK_BYTE = 150, 1.3  # to reach
SPEC = {"block_interval_ms": 3000, "difficulty_rule": "fixed", "genesis_time_ms": 1735689600000,
        "max_block_size_bytes": 1_000_000, "max_record_size_bytes": 1024,
        "name": "relay", "organisers": [ledger.DEV_ORGANISER.public.hex()]}


class Relay:
    def __init__(self, options, programs, work, table):
        self.options, self.bin, self.work, self.table = options, programs, work, table

    def run(self):
        self.work.mkdir(parents=True)
        genesis = self.work / "genesis.json"
        genesis.write_text(json.dumps({**SPEC, "initial_bits": self.options.relay_bits}))
        directory = free_port()
        command = [self.bin / "bootstrap-server", "--listen", f"{HERE}:{directory}", "--http", f"{HERE}:{free_port()}",
                   "--data-dir", self.work / "bootstrap"]
        nodes = [Node(self.bin, self.work / str(number), "--genesis", genesis, "--bootstrap", f"{HERE}:{directory}",
                      *(["--mine", "--mine-mode", "always"] if number == 0 else []))
                 for number in range(self.options.nodes)]
        with Process("bootstrap-server", command, directory, self.work / "bootstrap.log"):
            started = []
            try:
                for node in nodes:
                    started.append(node.__enter__())
                self.measure(nodes)
            finally:
                for node in started:
                    node.__exit__()

    def measure(self, nodes):
        enough = min(len(nodes) - 1, 8)
        wait(lambda: all(node.status()["peers"] >= enough for node in nodes), "the nodes have found each other")
        network, key, nonce = nodes[0].status()["network"], Key(), 0
        tips = [Tips(node) for node in nodes]
        delays, shares, whole_shares, sizes = [], [], [], []
        while len(shares) < self.options.relayed_blocks:
            batch = []
            for _ in range(self.options.transactions_per_block):
                nonce += 1
                batch.append(ledger.signed(key, network, ledger.record(nonce, "x" * 100)))
            known = set(tips[0].seen)
            at_first = [node.sent_bytes() for node in nodes]
            nodes[1].post(batch)
            everywhere = self.spread(nodes, len(batch), lambda: len(tips[0].seen) > len(known))
            sent = [node.sent_bytes() for node in nodes]
            quiet = everywhere and set(tips[0].seen) == known
            wait(lambda: len(tips[0].seen) > len(known), "the next block", 600)
            block = next(iter(set(tips[0].seen) - known))
            wait(lambda: all(block in each.seen for each in tips), "everybody has the block")
            last = max(each.seen[block] for each in tips)
            delays.append((last - tips[0].seen[block]) * 1000)
            time.sleep(0.2)  # what is on its way is counted too
            found = json.loads(nodes[0].get(f"/v1/blocks/{block}"))
            after = [node.sent_bytes() for node in nodes]
            if not quiet or len(tips[0].seen) > len(known) + 1 or found["transaction_count"] != len(batch):
                continue  # transactions were still on their way
            sizes.append(found["size_bytes"])
            shares.append((sum(after) - sum(sent)) / len(nodes) / found["size_bytes"])
            whole_shares.append((sum(after) - sum(at_first)) / len(nodes) / found["size_bytes"])
        degrees = [node.status()["peers"] for node in nodes]
        print(f"  {len(delays)} blocks, {len(shares)} of them of {statistics.median(sizes):,.0f} B while nothing else was "
              f"sent; {min(degrees)} to {max(degrees)} peers each; half of the blocks within "
              f"{statistics.median(delays):.0f} ms", file=sys.stderr, flush=True)
        p99, share = percentile(delays, 0.99), statistics.mean(shares)
        what = f"{len(nodes)} nodes: block of {self.options.transactions_per_block} transactions from miner to last node"
        self.table.report(what, f"p99 {p99:.0f} ms (p50 {statistics.median(delays):.0f} ms)", f"{P99_MS} ms", P99_MS / p99)
        whole = statistics.mean(whole_shares)
        self.table.report("the same: bytes sent per node and block",
                          f"{share:.2f} x block size ({whole:.2f} x with what its transactions took before)",
                          f"{BYTES_PER_BLOCK_BYTE} x", BYTES_PER_BLOCK_BYTE / share)

    @staticmethod
    def spread(nodes, count, too_late):
        """Whether that many transactions came to wait at every node before the next block."""
        def arrived():
            return all(node.status()["mempool"]["transactions"] == count for node in nodes)
        wait(lambda: too_late() or arrived(), "the transactions are everywhere")
        return not too_late()
