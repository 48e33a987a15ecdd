"""Bundles in a cluster's folder, recounted by our clients and by a second implementation."""
import json
import pathlib
import subprocess
import sys
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[1] / "audit/check_bundle.py"


def spell(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class AuditCase(unittest.TestCase):
    """For classes that have a cluster."""
    cluster = None

    @classmethod
    def path(cls, name):
        return cls.cluster.folder / name

    def verify(self, path, *arguments):
        return self.cluster.admin("election", "verify", path, *arguments, check=False)

    def check(self, path):
        return subprocess.run([sys.executable, "-B", str(CHECK), str(path)], capture_output=True, text=True, check=False)

    def expect(self, path, *names):
        """Both implementations find one of these faults."""
        ours, theirs = self.verify(path), self.check(path)
        self.assertEqual((ours.returncode, ours.stdout), (1, ""), ours.stderr)
        self.assertTrue(any(f"refused ({name})" in ours.stderr for name in names), ours.stderr)
        self.assertEqual(theirs.returncode, 1, theirs.stderr)
        self.assertTrue(any(f": {name} " in theirs.stderr for name in names), theirs.stderr)

    def tampered(self, kind, change):
        """The bundle, changed in its lines, which are objects here."""
        lines = [json.loads(line) for line in self.path(kind).read_text().splitlines()]
        lines = change(lines) or lines
        path = self.path("tampered.jsonl")
        path.write_text("".join(spell(line) + "\n" for line in lines))
        return path
