"""Processes that are killed without warning and come back."""
import csv
import json
import subprocess
import threading
import unittest

from case import ClusterCase
from cluster import Bootstrap, Failed

VOTES = 3000
CANDIDATES = ["Alice", "Bob", "Charlie"]


class Killed(ClusterCase):
    def write_votes(self):
        path = self.cluster.folder / "votes.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["voter_id", "candidate_id"])
            writer.writerows((f"voter{n}", CANDIDATES[n * n % 3]) for n in range(VOTES))
        return path

    def vote_while(self, election, disturb):
        """Casts the file at all nodes; calls `disturb` once votes are being counted. Returns vote-client's summary."""
        done = []
        words = [word for node in self.cluster.nodes for word in ("--node", node.url)]
        command = [*words, "--json", "cast", "--election", election, "--file", self.write_votes()]
        voting = threading.Thread(target=lambda: done.append(self.cluster.vote(*command, check=False)))
        voting.start()
        witness = self.cluster.nodes[-1]
        self.cluster.wait(lambda: (witness.tally(election) or {}).get("votes") and
                          (sum(witness.tally(election)["votes"].values()) > 0 or not voting.is_alive()),
                          "the first votes are counted", 30)
        disturb()
        voting.join(120)
        self.assertFalse(voting.is_alive(), "vote-client does not come to an end")
        self.assertEqual(done[0].returncode, 0, done[0].stdout + done[0].stderr)
        return json.loads(done[0].stdout)

    def kill_and_restart(self, index):
        self.cluster.start_bootstrap()
        nodes = self.cluster.start_nodes(3)
        election = self.cluster.open_election(nodes[0], CANDIDATES)

        def disturb():
            others = [node for node in nodes if node is not nodes[index]]
            nodes[index].kill()
            self.cluster.wait(lambda: all(node.peers() == len(others) - 1 for node in others), "the others miss it", 30)
            nodes[index].start()

        summary = self.vote_while(election, disturb)
        self.assertEqual(summary["accepted"], VOTES)
        tallies = self.cluster.wait_for_agreement(election, VOTES, 60)
        self.assertEqual(tallies[0]["votes"], {name: sum(CANDIDATES[n * n % 3] == name for n in range(VOTES))
                                               for name in CANDIDATES})

    def test_the_first_node_comes_back_to_the_same_tally(self):
        self.kill_and_restart(0)

    def test_the_second_node_comes_back_to_the_same_tally(self):
        self.kill_and_restart(1)

    def test_the_third_node_comes_back_to_the_same_tally(self):
        self.kill_and_restart(2)

    def test_a_restarted_node_continues_where_it_stopped(self):
        self.cluster.start_bootstrap()
        node = self.cluster.start_nodes(1)[0]
        election = self.cluster.open_election(node, CANDIDATES)
        before = node.tally(election)
        node.kill()
        node.set_options(["--dev"])  # neither mines nor knows anybody: what it says is what it kept
        node.start()
        self.cluster.wait(node.ready, "it answers again", 20)
        after = node.tally(election)
        self.assertEqual(after["votes"], before["votes"])
        self.assertGreaterEqual(after["height"], before["height"])


class BootstrapKilled(ClusterCase):
    def test_peers_do_not_notice_and_register_again(self):
        bootstrap = self.cluster.start_bootstrap()
        nodes = self.cluster.start_nodes(3)
        bootstrap.kill()
        election = self.cluster.open_election(nodes[0], CANDIDATES)
        self.cluster.wait_for_agreement(election, 0, 30)
        self.assertEqual([node.peers() for node in nodes], [2, 2, 2])

        bootstrap.start()
        self.cluster.wait(bootstrap.answers, "the bootstrap server listens again", 10)
        addresses = {node.address for node in nodes}
        self.assertEqual(self.cluster.registered(), addresses, "a registration that was acknowledged is on disk")
        self.cluster.wait(lambda: all(n.status()["bootstrap"][0]["state"] == "registered" for n in nodes),
                          "all have registered again", 60)

    def test_a_node_without_its_bootstrap_server_keeps_running_and_finds_it_later(self):
        bootstrap = self.cluster.start_bootstrap()
        bootstrap.kill()
        node = self.cluster.add_node(*self.cluster.dev_options()).start()
        self.cluster.wait(node.ready, "it answers without a bootstrap server", 20)
        bootstrap.start()
        self.cluster.wait(lambda: self.cluster_registered() == {node.address}, "it has registered", 60)

    def cluster_registered(self):
        try:
            return self.cluster.registered()
        except (Failed, subprocess.TimeoutExpired):
            return None

    def test_nodes_that_know_each_other_meet_again_without_it_after_all_were_restarted(self):
        bootstrap = self.cluster.start_bootstrap()
        nodes = self.cluster.start_nodes(3)
        for node in nodes:
            self.assertEqual(node.stop(), 0)
        bootstrap.kill()
        for node in nodes:
            node.start()
        for node in nodes:
            self.cluster.wait(node.ready, f"{node.name} answers again", 20)
        self.cluster.wait(lambda: [node.peers() for node in nodes] == [2, 2, 2], "all are connected again", 60)
        self.assertEqual({node.status()["bootstrap"][0]["state"] for node in nodes}, {"unreachable"})

    def test_a_server_that_another_names_is_remembered(self):
        other = Bootstrap(self.cluster, "other bootstrap")
        self.cluster.processes.append(other)
        other.start()
        first = self.cluster.start_bootstrap("--others", other.address)
        node = self.cluster.add_node(*self.cluster.dev_options()).start()
        self.cluster.wait(node.ready, "it answers", 20)

        def states():
            return {server["address"]: server["state"] for server in node.status()["bootstrap"]}

        self.cluster.wait(lambda: states().get(other.address) == "registered", "it registers there too", 20)
        node.kill()
        first.kill()
        node.start()
        self.cluster.wait(node.ready, "it answers again", 20)
        self.cluster.wait(lambda: states() == {first.address: "unreachable", other.address: "registered"},
                          "it registers with the one that is left", 20)


if __name__ == "__main__":
    unittest.main(verbosity=2)
