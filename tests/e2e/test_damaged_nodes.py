"""A node's database that is damaged: named, checked, set aside and fetched again."""
import fcntl
import pathlib
import subprocess
import unittest

from case import ClusterCase


class DamagedNodes(ClusterCase):
    def check(self, node):
        return subprocess.run([*node.arguments, "--check"], capture_output=True, text=True, timeout=60, check=False)

    def grown(self):
        """Two connected nodes, the second without a miner, both at the same tip."""
        first = self.cluster.add_node("--dev", "--mine", "--mine-mode", "always")
        first.start()
        self.cluster.wait(first.ready, "the first answers", 20)
        second = self.cluster.add_node("--dev", "--peer", first.address)
        second.start()
        self.cluster.wait(lambda: second.height() >= 2, "the second has caught up", 60)
        return first, second

    def test_check_needs_the_node_to_be_down_and_finds_nothing_in_a_sound_database(self):
        _, node = self.grown()
        running = self.check(node)
        self.assertEqual(running.returncode, 69, running.stderr)
        self.assertEqual(node.stop(), 0)
        before = {path.name: path.read_bytes() for path in (node.folder / "db").iterdir()}
        sound = self.check(node)
        self.assertEqual(sound.returncode, 0, sound.stdout + sound.stderr)
        self.assertIn("nothing is wrong", sound.stdout)
        self.assertEqual(before, {path.name: path.read_bytes() for path in (node.folder / "db").iterdir()})
        self.assertFalse((node.folder / "check.tmp").exists())

    def test_a_check_leaves_the_files_of_another_alone(self):
        _, node = self.grown()
        self.assertEqual(node.stop(), 0)
        scratch = node.folder / "check.tmp"
        scratch.mkdir()
        with (scratch / "LOCK").open("w", encoding="utf-8") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)  # as the database that another --check writes to
            second = self.check(node)
            self.assertEqual(second.returncode, 69, second.stdout + second.stderr)
            self.assertTrue((scratch / "LOCK").exists())
        self.assertEqual(self.check(node).returncode, 0)
        self.assertFalse(scratch.exists())

    def test_a_damaged_database_is_refused_then_set_aside_and_fetched_again(self):
        first, node = self.grown()
        self.assertEqual(node.stop(), 0)
        key = (node.folder / "node.key").read_bytes()
        (node.folder / "db" / "CURRENT").write_text("MANIFEST-nonsense\n", encoding="utf-8")
        node.log.unlink()  # what it said so far
        self.expect_exit(node, 74, ["is damaged", "--repair"])
        checked = self.check(node)
        self.assertEqual(checked.returncode, 74, checked.stdout + checked.stderr)

        options = ["--dev", "--peer", first.address]
        node.set_options([*options, "--repair"])
        node.start()
        self.cluster.wait(lambda: node.height() >= 2, "the chain is there again", 60)
        aside = [path for path in (node.folder / "db").iterdir() if path.name.startswith("damaged-")]
        self.assertEqual(len(aside), 1)
        self.assertIn(str(aside[0]), pathlib.Path(node.log).read_text(encoding="utf-8"))
        self.assertEqual((node.folder / "node.key").read_bytes(), key)
        self.assertEqual(node.stop(), 0)
        node.set_options(options)
        self.assertEqual(self.check(node).returncode, 0)


if __name__ == "__main__":
    unittest.main()
