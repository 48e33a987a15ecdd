"""The demo, as its users start it."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from cluster import ROOT, default_bin

BURLINGTON = {"Kiss": 3809, "Miller": 3106, "Curley": 2609, "Beaudin": 119, "Ploof": 57}


def demo(folder, *arguments):
    """Its temporary files go to `folder`, so that what is left behind can be seen."""
    return subprocess.Popen([sys.executable, ROOT / "examples/demo.py", "--bin", default_bin(), *arguments],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
                            env={**os.environ, "TMPDIR": str(folder)})


def processes_in(folder):
    """Command lines that name the folder: daemons of ours that are still there."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue  # it has ended meanwhile
        if str(folder).encode() in line and b"peer-node" in line + b"bootstrap-server":
            found.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return found


def pid_of(address):
    """Of the daemon that listens there."""
    words = f"\0--listen\0{address}\0".encode()
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and words in (entry / "cmdline").read_bytes():
                return int(entry.name)
        except OSError:
            continue  # it has ended meanwhile
    raise AssertionError(f"nobody listens on {address}")


class Demo(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="suara-demo-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def expect_nothing_left(self):
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(processes_in(self.folder), [])

    def run_demo(self, *arguments):
        process = demo(self.folder, *arguments)
        out, err = process.communicate(timeout=280)
        return process.returncode, out, err

    def test_once_counts_300_votes_on_three_equal_nodes_and_leaves_nothing(self):
        code, out, err = self.run_demo("--once", "--json")
        self.assertEqual(code, 0, err)
        nodes = json.loads(out)["nodes"]
        self.assertEqual(len(nodes), 3)
        self.assertEqual(len({node["tip"] for node in nodes}), 1)
        for node in nodes:
            self.assertEqual(sum(node["votes"].values()), 300)
            self.assertEqual(set(node["votes"]), {"Alice", "Bob", "Charlie"})
            self.assertEqual(node["peers"], 2)
        self.expect_nothing_left()

    def test_burlington_comes_out_as_published_on_every_node(self):
        code, out, err = self.run_demo("--once", "--json", "--votes", ROOT / "examples/burlington-2006-first-round.csv")
        self.assertEqual(code, 0, err)
        self.assertEqual([node["votes"] for node in json.loads(out)["nodes"]], [BURLINGTON] * 3)
        self.expect_nothing_left()

    def test_the_table_is_for_people(self):
        code, out, err = self.run_demo("--once")
        self.assertEqual(code, 0, err)
        lines = out.splitlines()
        self.assertEqual(lines[0].split(), ["node", "height", "tip", "peers", "Alice", "Bob", "Charlie"])
        self.assertEqual([line.split()[:2] for line in lines[1:4]], [["node", str(n)] for n in (1, 2, 3)])

    def test_runs_until_it_is_told_to_end(self):
        process = demo(self.folder, "--json")
        self.addCleanup(process.kill)
        document = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, out), (0, ""), err)
        self.assertEqual(len(document["nodes"]), 3)
        self.expect_nothing_left()

    def test_who_is_killed_is_started_again_and_agrees(self):
        process = demo(self.folder, "--json")
        self.addCleanup(process.kill)
        first = json.loads(process.stdout.readline())
        for victim in (first["nodes"][1]["listen"], first["bootstrap"]):
            os.kill(pid_of(victim), signal.SIGKILL)
            again = json.loads(process.stdout.readline())
            self.assertEqual([node["votes"] for node in again["nodes"]], [node["votes"] for node in first["nodes"]])
            self.assertEqual(len({node["tip"] for node in again["nodes"]}), 1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, err)
        self.expect_nothing_left()

    def test_a_signal_before_the_end_leaves_nothing(self):
        process = demo(self.folder, "--once")
        self.addCleanup(process.kill)
        deadline = time.monotonic() + 60
        while "casting" not in process.stderr.readline():
            self.assertLess(time.monotonic(), deadline)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.expect_nothing_left()

    def test_a_file_without_the_columns_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as votes:
            votes.write("name,choice\na,b\n")
            votes.flush()
            code, out, err = self.run_demo("--once", "--votes", votes.name)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("voter_id,candidate_id", err)
        self.expect_nothing_left()


if __name__ == "__main__":
    unittest.main(verbosity=2)
