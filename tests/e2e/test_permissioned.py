"""A network that lists its miners: they agree, others are told why they cannot mine, and what others seal is refused."""
import json
import subprocess
import time
import unittest

import ledger
from case import ClusterCase
from p256 import Key
from peer_client import Peer, header, sealed

CONFIGURATION = 78
EASY_BITS = 0x20010000  # eight leading zeros


class Permissioned(ClusterCase):
    def setUp(self):
        super().setUp()
        self.cluster.start_bootstrap()
        self.nodes = [self.cluster.add_node() for _ in range(3)]
        self.keys = [self.show_key(node) for node in self.nodes]
        self.genesis = self.cluster.folder / "genesis.json"
        self.genesis.write_text(json.dumps({
            "name": "permissioned", "organisers": [ledger.DEV_ORGANISER.public.hex()], "miners": self.keys,
            "block_interval_ms": 1000, "difficulty_rule": "fixed", "initial_bits": f"{EASY_BITS:08x}",
            "genesis_time_ms": int(time.time() * 1000) - 3_600_000, "max_block_size_bytes": 1_000_000,
            "max_record_size_bytes": 1024}))
        self.network = self.cluster.admin("genesis", "id", self.genesis).stdout.strip()
        for node in self.nodes:
            node.set_options(self.options("--mine"))
            node.start()
        for node in self.nodes:
            self.cluster.wait(node.ready, f"{node.name} answers", 20)
            self.cluster.wait(lambda n=node: n.peers() >= 2, f"{node.name} is connected to the others", 30)

    def options(self, *more):
        return ["--genesis", self.genesis, "--bootstrap", self.cluster.bootstrap.address, *more]

    def show_key(self, node):
        """Before the network, or even its specification, exists."""
        return subprocess.run([node.program, "--show-key", "--data-dir", node.folder], capture_output=True, text=True,
                              check=True, timeout=20).stdout.strip()

    def send(self, node, key, statement):
        status, answer = node.post(ledger.signed(key, self.network, statement))
        self.assertEqual(status, 202, answer)
        return answer["id"]

    def hold_election(self):
        now_ms = int(time.time() * 1000)
        opening = ledger.open_election("Board", ["Alice", "Bob"], now_ms - 1000, now_ms + 3_600_000)
        election = self.send(self.nodes[0], ledger.DEV_ORGANISER, opening)
        for node in self.nodes:
            self.cluster.wait(lambda n=node: n.election(election), f"{node.name} knows the election", 30)
        for number, node in enumerate(self.nodes):
            self.send(node, Key(), ledger.cast_vote(election, number % 2))
        self.cluster.wait_for_agreement(election, 3, 60)

    def forge(self, node, key, claims=None):
        """A header on genesis, offered to the node; what it says to that."""
        genesis = node.get("/v1/blocks/0")
        work = header(1, genesis["id"], int(time.time() * 1000), EASY_BITS)
        with Peer(node.port, self.network) as peer:
            peer.send_headers([sealed(work, self.network, key, claims)])
            return peer.last_words()

    def expect_refused(self, node, said, code):
        self.assertEqual((said["type"], said["payload"]["code"]), ("error", code), said)
        self.cluster.wait(lambda: f"({code})" in node.log.read_text(), "the log names the rule", 10)

    def test_listed_miners_agree_and_others_are_refused(self):
        self.expect_refused(self.nodes[0], self.forge(self.nodes[0], Key()), "unlisted_miner")
        claims = bytes.fromhex(self.keys[1])
        self.expect_refused(self.nodes[1], self.forge(self.nodes[1], Key(), claims), "bad_seal")

        self.hold_election()
        for height in range(1, self.nodes[0].height() + 1):
            self.assertIn(self.nodes[0].get(f"/v1/blocks/{height}")["seal"]["miner"], self.keys)
        self.assertIsNone(self.nodes[0].get("/v1/blocks/0")["seal"])

    def test_who_is_not_listed_may_follow_but_not_mine(self):
        follower = self.cluster.add_node(*self.options("--mine"))
        key = self.show_key(follower)
        self.expect_exit(follower, CONFIGURATION, [key, "`miners`"])
        follower.set_options(self.options())
        follower.start()
        self.cluster.wait(follower.ready, "it answers", 20)
        self.hold_election()


if __name__ == "__main__":
    unittest.main(verbosity=2)
