"""What the end-to-end cases share."""
import unittest

from cluster import Cluster


class ClusterCase(unittest.TestCase):
    """A fresh cluster for every case, without processes yet."""

    maxDiff = None

    def setUp(self):
        self.cluster = Cluster()
        self.cluster.__enter__()
        self.addCleanup(self.cluster.clear)

    def expect_exit(self, process, code, words):
        """A daemon that cannot start: this exit code, and one line that says these words."""
        process.start()
        self.assertEqual(process.child.wait(20), code, process.tail())
        process.child = None
        lines = process.log.read_text().splitlines()
        self.assertEqual(len(lines), 1, lines)
        for word in words:
            self.assertIn(word, lines[0])
