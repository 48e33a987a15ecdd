"""The manual pages and bash completions that the programs print: groff finds no fault with the pages, and bash completes.

    manuals_test.py FOLDER-OF-THE-PROGRAMS
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAMS = ("bootstrap-server", "peer-node", "admin-client", "vote-client")
BIN = None

ASK = r"""
source "$1"; shift
program=$1; shift
COMP_WORDS=("$program" "$@")
COMP_CWORD=$#
_${program//-/_}
printf '%s\n' "${COMPREPLY[@]}"
"""


def output(program, *arguments):
    return subprocess.run([BIN / program, *arguments], stdout=subprocess.PIPE, check=True, text=True).stdout


class Pages(unittest.TestCase):
    def test_name_every_option_of_the_help(self):
        for program in PROGRAMS:
            page = output(program, "--man").replace("\\-", "-")
            for line in output(program, "--help").splitlines():
                if line.startswith("  --"):
                    self.assertIn(line.split()[0], page, program)

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_are_without_fault(self):
        for program in PROGRAMS:
            done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=output(program, "--man"), text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
            self.assertEqual(done.stderr, "", program)
            self.assertIn(program, done.stdout)


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="suara-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "key.pem").touch()
        (self.folder / "data").mkdir()

    def complete(self, program, *words):
        """What bash offers for the last of the words."""
        script = self.folder / f"{program}.bash"
        script.write_text(output(program, "--completion", "bash"))
        done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", script, program, *words], text=True, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder,
                              env={"PATH": os.environ["PATH"]})
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_offers_commands(self):
        self.assertEqual(self.complete("admin-client", "re"), ["register", "remove"])
        self.assertEqual(self.complete("admin-client", "--json", "--node", "http", ":", "//x", "ele"), ["election"])
        self.assertEqual(self.complete("admin-client", "election", "o"), ["open"])
        self.assertEqual(self.complete("vote-client", "k"), ["keygen"])

    def test_offers_a_commands_options(self):
        self.assertIn("--since", self.complete("admin-client", "watch", "--"))
        self.assertNotIn("--since", self.complete("admin-client", "register", "--"))
        self.assertEqual(self.complete("admin-client", "get_peers", "--qu"), ["--quiet"])
        self.assertEqual(self.complete("admin-client", "election", "open", "--cand"), ["--candidate"])
        self.assertIn("--json", self.complete("vote-client", "--"))
        self.assertEqual(self.complete("peer-node", "--mine-t"), ["--mine-threads"])
        self.assertEqual(self.complete("bootstrap-server", "--dat"), ["--data-dir"])

    def test_offers_values(self):
        self.assertEqual(self.complete("admin-client", "--log-level", "w"), ["warning"])
        self.assertEqual(self.complete("admin-client", "--log-level", "=", "w"), ["warning"])
        self.assertEqual(self.complete("admin-client", "--log-format", "="), ["text", "json"])
        self.assertEqual(self.complete("admin-client", "watch", "--network", ""), ["dev", "classic"])
        self.assertEqual(self.complete("admin-client", "register", "--key", "k"), ["key.pem"])
        self.assertEqual(self.complete("peer-node", "--data-dir", ""), ["data"])
        self.assertEqual(self.complete("peer-node", "--mine-mode", ""), ["pending", "always"])
        self.assertEqual(self.complete("vote-client", "keygen", "k"), ["key.pem"])
        self.assertEqual(self.complete("admin-client", "register", "--key", "key.pem", "--net"), ["--network"])

    def test_other_shells_are_refused(self):
        for program in PROGRAMS:
            done = subprocess.run([BIN / program, "--completion", "zsh"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (64, ""), program)
            self.assertIn("bash", done.stderr)


if __name__ == "__main__":
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
