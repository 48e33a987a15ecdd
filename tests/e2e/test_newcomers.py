"""Nodes that join later, and nodes that have mined apart."""
import unittest

import ledger
from case import ClusterCase
from p256 import Key


class Newcomer(ClusterCase):
    def setUp(self):
        super().setUp()
        self.cluster.start_bootstrap()
        self.nodes = self.cluster.start_nodes(2)
        self.election = self.cluster.open_election(self.nodes[0], ["Alice", "Bob"])

    def expect_sync(self, newcomer):
        newcomer.start()
        self.cluster.wait(newcomer.ready, "the newcomer answers with a chain", 30)
        self.cluster.wait_for_agreement(self.election, 0, 30)

    def test_with_only_a_bootstrap_server_syncs(self):
        self.expect_sync(self.cluster.add_node("--dev", "--bootstrap", self.cluster.bootstrap.address))

    def test_with_only_a_network_id_fetches_the_genesis(self):
        network = self.nodes[0].status()["network"]
        newcomer = self.cluster.add_node("--network", network, "--bootstrap", self.cluster.bootstrap.address)
        self.expect_sync(newcomer)
        self.assertEqual(newcomer.status()["network"], network)
        self.assertEqual(newcomer.get("/v1/spec"), self.nodes[0].get("/v1/spec"))

    def test_that_was_told_of_one_peer_finds_the_others(self):
        newcomer = self.cluster.add_node("--dev", "--peer", self.nodes[0].address)
        newcomer.start()
        self.cluster.wait(lambda: newcomer.peers() == 2, "it is connected to both", 30)


class MinedApart(ClusterCase):
    """Each has its own election and votes; then they meet."""

    def alone(self):
        node = self.cluster.add_node("--dev", "--mine", "--mine-threads", "1").start()
        self.cluster.wait(node.ready, f"{node.name} answers", 20)
        return node

    def vote(self, node, election, candidate):
        network = node.status()["network"]
        status, answer = node.post(ledger.signed(Key(), network, ledger.cast_vote(election, candidate)))
        self.assertEqual(status, 202, answer)
        return answer["id"]

    def confirmed(self, node, transaction):
        found = node.get(f"/v1/transactions/{transaction}")
        return found is not None and found["status"] == "confirmed"

    def test_the_pair_settles_on_more_work_and_mines_the_losers_transactions(self):
        lighter, heavier = self.alone(), self.alone()
        lost = self.cluster.open_election(lighter, ["Alice", "Bob"], "of the lighter chain")
        votes = [self.vote(lighter, lost, n % 2) for n in range(5)]
        for vote in votes:
            self.cluster.wait(lambda v=vote: self.confirmed(lighter, v), "its votes are counted", 30)

        kept = self.cluster.open_election(heavier, ["Carol", "Dave"], "of the heavier chain")
        while heavier.height() <= lighter.height() + 2:  # one vote, one block
            vote = self.vote(heavier, kept, 0)
            self.cluster.wait(lambda v=vote: self.confirmed(heavier, v), "the vote is counted", 30)
        block = heavier.status()["tip"]
        counted = sum(heavier.tally(kept)["votes"].values())

        self.assertEqual(lighter.stop(), 0)
        lighter.set_options(["--dev", "--mine", "--mine-threads", "1", "--peer", heavier.address])
        lighter.start()
        self.cluster.wait(lighter.ready, "it answers again", 20)
        pair = [lighter, heavier]
        for tally in self.cluster.wait_for_agreement(kept, counted, 60, pair):
            self.assertEqual(tally["votes"], {"Carol": counted, "Dave": 0})
        for tally in self.cluster.wait_for_agreement(lost, len(votes), 60, pair):
            self.assertEqual(tally["votes"], {"Alice": 3, "Bob": 2})
        self.assertTrue(lighter.get(f"/v1/blocks/{block}")["on_best_chain"], "the heavier chain was kept")


if __name__ == "__main__":
    unittest.main(verbosity=2)
