"""A database that an older release left behind is taken over."""
import pathlib
import tarfile
import unittest

from case import ClusterCase

DATA = pathlib.Path(__file__).parent / "data"
ELECTION = "0e18438229862fccc225b612c681c510a605655f7774b1816ccec983d3c85a4d"


class Upgrades(ClusterCase):
    # Made by the release that wrote format 1: `peer-node --dev --mine`, an election, three votes, SIGKILL.
    def test_a_database_of_format_1_is_brought_to_the_present_one(self):
        node = self.cluster.add_node("--dev")
        node.folder.mkdir(mode=0o700)
        with tarfile.open(DATA / "peer-node-format-1.tar.xz") as archive:
            archive.extractall(node.folder)
        for life in range(2):
            node.start()
            self.cluster.wait(node.ready, "it answers", 20)
            self.assertEqual(node.tally(ELECTION), {
                "tip": "0000046fa21f7274a340ad92a22714f2d67ac31354764816e7b8cfadde73df1b", "height": 2,
                "votes": {"Ada": 2, "Grace": 1}})
            self.assertEqual(node.stop(), 0)
        log = pathlib.Path(node.log).read_text()
        self.assertEqual([log.count("from format 1 to 2"), log.count("from format 2 to 3")], [1, 1])


if __name__ == "__main__":
    unittest.main()
