"""Starts that cannot work say why in one line; stops are quick and tell the others."""
import os
import pathlib
import unittest

from case import ClusterCase
from cluster import Process

USAGE, UNAVAILABLE, PERMISSION, CONFIGURATION = 64, 69, 77, 78


class CannotStart(ClusterCase):
    def test_a_node_whose_port_is_taken(self):
        bootstrap = self.cluster.start_bootstrap()
        node = self.cluster.add_node("--dev")
        node.arguments[node.arguments.index("--listen") + 1] = bootstrap.address
        self.expect_exit(node, UNAVAILABLE, [bootstrap.address])

    def test_a_node_whose_http_port_is_taken(self):
        bootstrap = self.cluster.start_bootstrap()
        node = self.cluster.add_node("--dev")
        node.arguments[node.arguments.index("--http") + 1] = bootstrap.address
        self.expect_exit(node, UNAVAILABLE, [bootstrap.address])

    def test_a_bootstrap_server_whose_port_is_taken(self):
        first = self.cluster.start_bootstrap()
        second = Process("second", [self.cluster.bin / "bootstrap-server", "--listen", first.address, "--data-dir",
                                    self.cluster.folder / "second"], self.cluster.folder / "second.log")
        self.cluster.processes.append(second)
        self.expect_exit(second, UNAVAILABLE, [first.address])

    def test_a_folder_that_cannot_be_written(self):
        node = self.cluster.add_node("--dev")
        if os.geteuid() == 0:  # whom modes do not stop; the kernel's own file system does
            folder = pathlib.Path("/proc/suara")
        else:
            folder = self.cluster.folder / "locked" / "data"
            folder.parent.mkdir(mode=0o500)
        node.arguments[node.arguments.index("--data-dir") + 1] = str(folder)
        node.start()
        code = node.child.wait(20)
        node.child = None
        self.assertIn(code, (74, PERMISSION), node.tail())
        lines = node.log.read_text().splitlines()
        self.assertEqual(len(lines), 1, lines)
        self.assertIn(str(folder), lines[0])

    def test_a_database_of_another_network_is_left_alone(self):
        node = self.cluster.add_node("--dev").start()
        self.cluster.wait(node.ready, "it answers", 20)
        tip = node.status()["tip"]
        self.assertEqual(node.stop(), 0)
        node.log.unlink()
        node.set_options(["--network", "ab" * 32])
        self.expect_exit(node, CONFIGURATION, [str(node.folder)])
        node.set_options(["--dev"])
        node.start()
        self.cluster.wait(node.ready, "it answers again", 20)
        self.assertEqual(node.status()["tip"], tip)

    def test_a_database_that_another_process_has_open(self):
        node = self.cluster.add_node("--dev").start()
        self.cluster.wait(node.ready, "it answers", 20)
        second = self.cluster.add_node("--dev")
        second.arguments[second.arguments.index("--data-dir") + 1] = str(node.folder)
        self.expect_exit(second, UNAVAILABLE, [str(node.folder)])

    def test_a_misspelt_option(self):
        self.expect_exit(self.cluster.add_node("--dev", "--mnie"), USAGE, ["mnie"])


class Stopped(ClusterCase):
    def test_a_node_says_goodbye_and_is_gone_from_the_directory(self):
        self.cluster.start_bootstrap()
        nodes = self.cluster.start_nodes(3)
        self.assertEqual(self.cluster.registered(), {node.address for node in nodes})
        self.assertEqual(nodes[2].stop(), 0)
        self.assertEqual(self.cluster.registered(), {node.address for node in nodes[:2]})
        self.cluster.wait(lambda: [n.peers() for n in nodes[:2]] == [1, 1], "the others have let it go", 10)

    def test_everything_stops_within_five_seconds(self):
        self.cluster.start_bootstrap()
        self.cluster.start_nodes(3)
        self.cluster.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
