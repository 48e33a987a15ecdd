"""Five nodes on five hosts: a network that is cut in two, and one whose bootstrap servers are gone."""
import sys
import unittest
from pathlib import Path

import ledger
from cluster import Cluster, Process
from hosts import HostedBootstrap, HostedNode, Hosts, impossible, inside
from p256 import Key

WHY_NOT = impossible()
AUTHOR = Key.from_seed(b"somebody on a host")
SLOW_LINE_PORT = 3001
SLOW_LINE_MS = 50
LOST_WITHIN_SECONDS = 75  # of silence: 60, and a look now and then
FOUND_AGAIN_SECONDS = 90  # the longest wait between two dials is 60, and a dial may take its time


@unittest.skipIf(WHY_NOT, WHY_NOT)
class OnHosts(unittest.TestCase):
    """Nodes 1 to 3 and the bootstrap server are at one switch, 4 and 5 at another; 5 is dialed over a slow line."""

    def setUp(self):
        self.hosts = Hosts()
        self.addCleanup(self.hosts.remove)
        self.hosts.__enter__()
        self.cluster = Cluster()
        self.addCleanup(self.cluster.clear)
        self.cluster.__enter__()
        for switch in ("left", "right"):
            self.hosts.add_switch(switch)
        self.cable = self.hosts.join("left", "right")
        self.bootstrap = HostedBootstrap(self.cluster, *self.hosts.add_host("bootstrap", "left"))
        self.cluster.processes.append(self.bootstrap)
        self.bootstrap.start()
        self.cluster.wait(self.bootstrap.answers, "the bootstrap server listens", 10)
        self.nodes = [self.add_node(number, "left" if number <= 3 else "right") for number in range(1, 6)]
        self.put_behind_slow_line(self.nodes[4])
        for node in self.nodes:
            node.start()
        self.wait_for_mesh()

    def add_node(self, number, switch):
        node = HostedNode(self.cluster, *self.hosts.add_host(f"node{number}", switch))
        node.set_options(["--dev", "--bootstrap", self.bootstrap.address, "--mine", "--mine-threads", "1"])
        self.cluster.processes.append(node)
        self.cluster.nodes.append(node)
        return node

    def put_behind_slow_line(self, node):
        """Others dial a port where a process passes everything on, some time later."""
        host, _ = node.address.split(":")
        slow = f"{host}:{SLOW_LINE_PORT}"
        program = Path(__file__).with_name("slow_line.py")
        line = Process("slow line", [sys.executable, "-B", program, slow, node.address, SLOW_LINE_MS],
                       self.cluster.folder / "slow_line.log")
        self.cluster.processes.append(line)
        with inside(node.namespace):
            line.start()
        node.arguments += ["--advertise", slow]

    def wait_for_mesh(self, seconds=60):
        for node in self.nodes:
            self.cluster.wait(lambda n=node: n.peers() == len(self.nodes) - 1, f"{node.name} has all others", seconds)

    def submit(self, node, text):
        """A record that anybody may sign; its id."""
        statement = ledger.record(1, text)
        status, answer = node.post(ledger.signed(AUTHOR, node.status()["network"], statement))
        self.assertIn(status, (200, 201, 202), answer)
        return ledger.transaction_id(AUTHOR, statement)

    def wait_until_mined(self, nodes, identifier, seconds=30):
        for node in nodes:
            self.cluster.wait(lambda n=node: (n.get(f"/v1/transactions/{identifier}") or {}).get("block"),
                              f"{node.name} has {identifier[:8]} in a block", seconds)

    def agree(self):
        return len({str((node.status() or {}).get("tip", node.name)) for node in self.nodes}) == 1

    def test_both_sides_of_a_cut_go_on_and_become_one_again(self):
        left, right = self.nodes[:3], self.nodes[3:]
        self.wait_until_mined(self.nodes, self.submit(self.nodes[0], "before"))
        self.hosts.set_link(self.cable, "down")
        ours, theirs = self.submit(left[0], "said on the left"), self.submit(right[0], "said on the right")
        self.wait_until_mined(left, ours)
        self.wait_until_mined(right, theirs)
        self.assertFalse(self.agree(), "nothing passes")
        # No reset came, and none will: silence alone tells.
        for node in self.nodes:
            side = left if node in left else right
            self.cluster.wait(lambda n=node, s=side: n.peers() == len(s) - 1, f"{node.name} misses the other side",
                              LOST_WITHIN_SECONDS)
        self.hosts.set_link(self.cable, "up")
        self.submit(left[0], "together again")  # of two chains with as many blocks the next block decides
        self.cluster.wait(self.agree, "there is one chain", FOUND_AGAIN_SECONDS)
        self.wait_until_mined(self.nodes, ours)
        self.wait_until_mined(self.nodes, theirs)
        self.wait_for_mesh(FOUND_AGAIN_SECONDS)

    def test_everybody_comes_back_without_the_bootstrap_server(self):
        # A host whose machine is gone: nothing answers there, not even with a refusal.
        self.bootstrap.kill()
        self.hosts.remove_host(self.bootstrap.namespace)
        for node in self.nodes:
            node.ask_to_stop()
        for node in self.nodes:
            self.assertEqual(node.stop(), 0, node.tail())
        for node in self.nodes:
            node.start()
        self.wait_for_mesh()
        self.wait_until_mined(self.nodes, self.submit(self.nodes[4], "no server, no matter"))


if __name__ == "__main__":
    unittest.main()
