#!/usr/bin/env python3
"""What the real peer-node says of itself, against what was done with it.

    node_metrics_test.py BIN_FOLDER
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import ledger  # noqa: E402
from cluster import Cluster  # noqa: E402
from exposition import Metrics  # noqa: E402
from p256 import Key  # noqa: E402

PREFIX = "suara_node_"
BIN = None


class NodeMetrics(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(BIN)
        self.cluster.__enter__()
        self.addCleanup(self.cluster.clear)

    def start(self, *options):
        node = self.cluster.add_node("--dev", *options)
        node.start()
        self.cluster.wait(node.ready, f"{node.name} answers", 20)
        return node

    def scrape(self, node):
        status, text = node.request("GET", "/metrics")
        self.assertEqual(status, 200)
        return Metrics(text)

    def wait_for(self, node, condition, what):
        self.cluster.wait(lambda: condition(self.scrape(node)), what, 30)
        return self.scrape(node)

    def test_the_document_lists_them_all(self):
        names = {name for name in self.scrape(self.start()).types if name.startswith(PREFIX)}
        table = (ROOT / "proto-docs" / "http.md").read_text().split("### GET /metrics")[1].split("### ")[0]
        documented = {PREFIX + name for line in table.splitlines() if line.startswith("| `")
                      for name in re.findall("`([a-z_]+)`", line.split("|")[1])}
        self.assertEqual(documented, names)

    def test_a_new_node_counts_nothing(self):
        metrics = self.scrape(self.start())
        counted = {name: number for (name, labels), number in metrics.samples.items()
                   if name.startswith(PREFIX) and name.endswith("_total") and "store" not in name and number != 0}
        self.assertEqual(counted, {})
        self.assertEqual(metrics.get(PREFIX + "height"), 0)
        self.assertEqual(metrics.get(PREFIX + "synced"), 1)
        self.assertGreater(metrics.get(PREFIX + "disk_free_bytes"), 0)

    def test_counts_what_was_done(self):
        node = self.start("--mine", "--mine-threads", "1")
        network = node.status()["network"]
        author = Key.from_seed(b"somebody")
        status, _ = node.post(ledger.signed(author, network, ledger.record(1, "hello")))
        self.assertEqual(status, 202)
        self.cluster.wait(lambda: node.height() == 1, "the record is mined", 60)
        status, _ = node.post(ledger.signed(author, network, ledger.cast_vote("00" * 32, 0)))
        self.assertEqual(status, 422)
        follower = self.start("--peer", node.address)
        metrics = self.wait_for(node, lambda m: m.get(PREFIX + "messages_sent_total", type="block") == 1,
                                "the follower has the block")
        self.assertEqual(metrics.get(PREFIX + "height"), 1)
        self.assertEqual(metrics.get(PREFIX + "blocks_connected_total"), 1)
        self.assertEqual(metrics.get(PREFIX + "refused_transactions_total", rule="unknown_election"), 1)
        self.assertEqual(metrics.get(PREFIX + "signature_checks_total"), 2)
        self.assertEqual(metrics.get(PREFIX + "mempool_transactions"), 0)
        self.assertEqual(metrics.get(PREFIX + "peers", direction="inbound"), 1)
        self.assertEqual(metrics.get(PREFIX + "messages_received_total", type="hello"), 1)
        self.assertGreater(metrics.get(PREFIX + "hashes_total"), 0)
        self.assertGreater(metrics.get(PREFIX + "sent_bytes_total"), 0)
        self.assertGreater(metrics.get(PREFIX + "store_sync_duration_seconds_count"), 0)
        self.wait_for(follower, lambda m: m.get(PREFIX + "height") == 1 and
                      m.get(PREFIX + "peers", direction="outbound") == 1, "the follower says so too")


if __name__ == "__main__":
    BIN = sys.argv.pop(1)
    unittest.main()
