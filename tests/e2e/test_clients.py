"""admin-client and vote-client against real daemons, as people and scripts use them."""
import functools
import json
import os
import shutil
import stat
import subprocess
import unittest

from cluster import Bootstrap, Cluster

USAGE, UNAVAILABLE, CONFIGURATION = 64, 69, 78


class Clients(unittest.TestCase):
    """One bootstrap server and one node for all cases."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.clear)
        cls.bootstrap = cls.cluster.start_bootstrap()
        cls.node = cls.cluster.start_nodes(1)[0]
        cls.election = cls.cluster.open_election(cls.node, ["Alice", "Bob"], "Chair")

    def admin(self, *arguments, **options):
        return self.cluster.admin("--bootstrap", self.bootstrap.address, "--node", self.node.url, *arguments, **options)

    def vote(self, *arguments, **options):
        return self.cluster.vote("--node", self.node.url, *arguments, **options)

    def votes_file(self, text):
        path = self.cluster.folder / f"{self.id()}.csv"
        path.write_text(text)
        return path

    def expect_refusal(self, done, code, *words):
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_registers_lists_and_removes_a_peer(self):
        address = "127.0.0.1:9"
        self.assertIn("registered", self.admin("register", address).stdout)
        self.assertIn(address, self.admin("get_peers").stdout)
        listed = json.loads(self.admin("--json", "get-peers").stdout)["peers"]
        self.assertIn(address, [peer["address"] for peer in listed])
        self.assertIn("removed", self.admin("remove", address).stdout)
        self.assertNotIn(address, self.admin("get-peers", "--quiet").stdout)
        done = self.admin("remove", address, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_several_servers_are_asked_at_once_and_compared(self):
        other = Bootstrap(self.cluster, "other")
        self.cluster.processes.append(other.start())
        self.addCleanup(self.cluster.processes.remove, other)
        self.addCleanup(other.kill)
        self.cluster.wait(other.answers, "the other server listens", 10)
        both = ["--bootstrap", self.bootstrap.address, "--bootstrap", other.address]
        run = functools.partial(self.cluster.admin, *both)
        self.assertEqual(len(run("register", "127.0.0.1:12").stdout.splitlines()), 2)
        self.admin("register", "127.0.0.1:13")

        document = json.loads(run("--json", "get-peers", "--network", "classic").stdout)
        missing = {peer["address"]: peer["missing_at"] for peer in document["peers"]}
        self.assertEqual((missing["127.0.0.1:12"], missing["127.0.0.1:13"]), ([], [other.address]))
        done = run("get-peers", "--network", "classic")
        self.assertIn("missing at", done.stdout.splitlines()[0])
        self.assertIn(f"{other.address} lacks 1 of the", done.stderr)

        done = run("remove", "127.0.0.1:13", check=False)
        self.assertEqual((done.returncode, done.stdout), (1, f"127.0.0.1:13 removed at {self.bootstrap.address}\n"))
        self.assertIn(f"refused by {other.address} (not_found)", done.stderr)
        self.assertEqual(len(run("remove", "127.0.0.1:12").stdout.splitlines()), 2)
        done = run("--bootstrap", "127.0.0.1:1", "get-peers", "--network", "classic", "--quiet", check=False)
        self.assertEqual(done.returncode, UNAVAILABLE)
        self.assertIn("127.0.0.1:1 does not answer", done.stderr)

    def test_messages_have_a_level_and_a_format(self):
        arguments = ("get-peers", "--network", "0" * 64)
        self.assertIn("no peers", self.admin(*arguments).stderr)
        self.assertEqual(self.admin("--log-level", "warning", *arguments).stderr, "")
        message = json.loads(self.admin("--log-format", "json", *arguments).stderr)
        self.assertEqual(message["level"], "info")

    def test_shows_the_node_in_the_directory_of_its_network(self):
        self.cluster.wait(lambda: self.node.address in self.admin("get-peers", "--network", "dev").stdout,
                          "the node is listed", 20)

    def test_watch_tells_who_comes_and_goes_and_survives_a_restart(self):
        watching = subprocess.Popen([self.cluster.bin / "admin-client", "--bootstrap", self.bootstrap.address, "--json",
                                     "watch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(watching.communicate)
        self.addCleanup(watching.kill)
        self.assertIn("watching", watching.stderr.readline())

        def next_event():
            event = json.loads(watching.stdout.readline())
            return event["event"], event["address"]

        self.admin("register", "127.0.0.1:10")
        self.assertEqual(next_event(), ("joined", "127.0.0.1:10"))
        self.bootstrap.kill()
        self.assertIn("cannot be reached", watching.stderr.readline())
        self.bootstrap.start()
        self.cluster.wait(self.bootstrap.answers, "the bootstrap server listens again", 10)
        self.assertIn("is back", watching.stderr.readline())
        self.admin("register", "127.0.0.1:11")
        self.assertEqual(next_event(), ("joined", "127.0.0.1:11"))
        self.admin("remove", "127.0.0.1:10")
        self.assertEqual(next_event(), ("left", "127.0.0.1:10"))
        self.admin("remove", "127.0.0.1:11")
        self.assertEqual(next_event(), ("left", "127.0.0.1:11"))
        watching.terminate()
        self.assertEqual(watching.wait(5), 0)

    def test_watch_tells_the_difference_when_the_server_has_forgotten(self):
        other = Bootstrap(self.cluster, "forgetful")
        self.cluster.processes.append(other.start())
        self.addCleanup(self.cluster.processes.remove, other)
        self.addCleanup(other.kill)
        self.cluster.wait(other.answers, "the other server listens", 10)
        there = ("--bootstrap", other.address)
        self.cluster.admin(*there, "register", "127.0.0.1:17")
        watching = subprocess.Popen([self.cluster.bin / "admin-client", *there, "--json", "watch"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(watching.communicate)
        self.addCleanup(watching.kill)
        self.assertIn("watching", watching.stderr.readline())
        self.cluster.admin(*there, "register", "127.0.0.1:18")
        self.assertEqual(json.loads(watching.stdout.readline())["address"], "127.0.0.1:18")
        other.kill()
        shutil.rmtree(other.folder)
        other.start()
        told = [json.loads(watching.stdout.readline()) for _ in range(2)]
        self.assertEqual([(event["event"], event["address"]) for event in told],
                         [("left", "127.0.0.1:17"), ("left", "127.0.0.1:18")])

    def test_watch_begins_where_it_is_told_to_and_ends_with_its_reader(self):
        registered = json.loads(self.admin("--json", "register", "127.0.0.1:14").stdout)
        self.admin("remove", "127.0.0.1:14")
        watching = subprocess.Popen(
            [self.cluster.bin / "admin-client", "--bootstrap", self.bootstrap.address, "watch", "--since",
             str(registered["revision"] - 1)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(watching.kill)
        self.assertIn("joined    127.0.0.1:14", watching.stdout.readline())
        self.assertIn("left      127.0.0.1:14  (removed)", watching.stdout.readline())
        watching.stdout.close()
        self.admin("register", "127.0.0.1:14")
        self.admin("remove", "127.0.0.1:14")
        self.assertEqual(watching.wait(10), 0)

    def test_rows_that_a_key_owns_are_changed_with_it_or_the_admins(self):
        keys = [self.cluster.folder / f"owner{n}.pem" for n in (1, 2)]
        for key in keys:
            self.vote("keygen", key)
        address = "127.0.0.1:16"
        self.admin("register", address, "--key", keys[0])
        self.assertIn("refreshed", self.admin("register", address, "--key", keys[0]).stdout)
        self.expect_refusal(self.admin("remove", address, check=False), 1, "not_permitted", "--key FILE")
        self.expect_refusal(self.admin("remove", address, "--key", keys[1], check=False), 1, "not_permitted",
                            "the key in --key")
        self.expect_refusal(self.admin("remove", address, "--admin-key", keys[1], check=False), 1, "not_permitted",
                            "the key in --admin-key")
        self.assertIn("removed", self.admin("remove", address, "--key", keys[0]).stdout)
        self.admin("register", address, "--key", keys[0])
        self.admin("remove", address, "--key", keys[0])
        self.expect_refusal(self.admin("remove", address, "--key", keys[0], "--admin-key", keys[1], check=False), USAGE,
                            "one of them")
        self.admin("register", address, "--key", keys[0])
        self.assertIn("removed", self.admin("remove", address, "--admin-key", self.bootstrap.folder / "admin.pem").stdout)

    def test_a_live_node_is_not_removed_without_a_key(self):
        self.cluster.wait(lambda: self.node.address in self.cluster.registered(), "the node has registered", 60)
        self.expect_refusal(self.admin("remove", self.node.address, "--network", "dev", check=False), 1, "not_permitted",
                            "admin.pem")

    def test_shows_what_the_server_counts(self):
        url = f"http://127.0.0.1:{self.bootstrap.http_port}"
        self.assertIn("revision", self.admin("stats", "--bootstrap-http", url).stdout)
        stats = json.loads(self.admin("--json", "stats", "--bootstrap-http", url).stdout)
        self.assertEqual(stats["server"], url)
        self.assertGreaterEqual(stats["peers"], 1)
        self.expect_refusal(self.admin("stats", check=False), USAGE, "--bootstrap-http")
        done = self.admin("stats", "--bootstrap-http", url, "--bootstrap-http", "http://127.0.0.1:1", check=False)
        self.assertEqual(done.returncode, UNAVAILABLE)
        self.assertIn("revision", done.stdout)

    def test_the_doctor_says_what_is_wrong(self):
        done = self.admin("doctor", "127.0.0.1:15", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("problem: 127.0.0.1:15 is not registered in network classic", done.stdout)
        self.assertEqual(json.loads(self.admin("--json", "doctor", "127.0.0.1:15", check=False).stdout)["problem"],
                         "not_registered")
        self.cluster.wait(lambda: self.node.address in self.admin("get-peers", "--quiet").stdout, "it is listed", 20)
        found = json.loads(self.admin("--json", "doctor", self.node.address, check=False).stdout)
        self.assertEqual(found["network"], self.node.status()["network"], "the doctor looks where the peer is")

    def test_shows_a_nodes_status_and_peers(self):
        self.assertIn("height", self.admin("node", "status").stdout)
        self.assertEqual(json.loads(self.admin("node", "status", "--json").stdout)["name"], "suara-dev")
        self.assertEqual(self.admin("node", "status", "--quiet").stdout, "")
        self.assertEqual(json.loads(self.admin("--json", "node", "peers").stdout), {"peers": []})

    def test_lists_elections_and_results(self):
        self.assertIn(self.election, self.admin("election", "list").stdout)
        self.assertEqual(json.loads(self.admin("--json", "election", "results", self.election).stdout)["title"], "Chair")
        self.assertIn("Alice", self.admin("election", "results", self.election).stdout)
        self.assertIn("Bob", self.vote("results", self.election).stdout)

    def test_a_file_of_votes_is_counted_and_its_voters_keys_are_kept(self):
        election = self.cluster.open_election(self.node, ["Alice", "Bob"], "Kept")
        path = self.votes_file("voter_id,candidate_id\nann,Alice\n\"ben, jr.\",Bob\ncay/../x,Bob\n")
        keys = self.cluster.folder / "keys"
        summary = json.loads(self.vote("--json", "cast", "--election", election, "--file", path, "--keys", keys).stdout)
        self.assertEqual((summary["accepted"], summary["refused"]), (3, {}))
        self.assertEqual(len(list(keys.iterdir())), 3)
        for key in keys.iterdir():
            self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        self.cluster.wait(lambda: self.node.tally(election)["votes"] == {"Alice": 1, "Bob": 2}, "they are counted", 30)

        changed = self.votes_file("candidate_id,voter_id\nBob,ann\nAlice,dan\n")
        done = self.vote("--json", "cast", "--election", election, "--file", changed, "--keys", keys, check=False)
        summary = json.loads(done.stdout)
        self.assertEqual((done.returncode, summary["accepted"], summary["refused"]), (1, 1, {"already_voted": 1}))
        self.assertEqual([(r["line"], r["voter_id"]) for r in summary["refusals"]], [(2, "ann")])

    def test_a_file_with_mistakes_sends_nothing_and_names_the_lines(self):
        path = self.votes_file("voter_id,candidate_id\nann,Alice\nann,Bob\n,Bob\nben,Zoe\ncay,\ndan\n")
        done = self.vote("cast", "--election", self.election, "--file", path, check=False)
        self.expect_refusal(done, USAGE, "line 3", "line 4", "line 5", "Zoe", "line 6", "line 7")
        self.assertEqual(self.node.tally(self.election)["votes"], {"Alice": 0, "Bob": 0})

    def test_keys_are_never_overwritten_nor_taken_from_open_files(self):
        key = self.cluster.folder / "key.pem"
        public = json.loads(self.vote("--json", "keygen", key).stdout)["public_key"]
        self.assertEqual(len(public), 128)
        before = key.read_bytes()
        self.assertNotEqual(self.vote("keygen", key, check=False).returncode, 0)
        self.assertEqual(key.read_bytes(), before)
        os.chmod(key, 0o644)
        done = self.vote("cast", "--key", key, "--candidate", "Alice", check=False)
        self.expect_refusal(done, CONFIGURATION, str(key))

    def test_keys_are_put_into_folders_that_exist(self):
        folder = self.cluster.folder / "nowhere"
        self.expect_refusal(self.vote("keygen", folder / "key.pem", check=False), USAGE, str(folder))
        self.assertFalse(folder.exists())

    def test_an_election_with_a_roll_counts_only_who_is_on_it(self):
        keys = [self.cluster.folder / f"roll{n}.pem" for n in (1, 2)]
        public = [json.loads(self.vote("--json", "keygen", key).stdout)["public_key"] for key in keys]
        election = self.cluster.open_election(self.node, ["Yes", "No"], "Roll", "--roll", "--opens-in", "10")
        roll = self.votes_file(f"voter_id,public_key\nann,{public[0]}\n")
        self.assertIn("1 voters enrolled", self.admin("election", "enrol", election, roll).stdout)
        self.cluster.wait(lambda: self.node.election(election)["state"] == "open", "it opens", 40)
        self.vote("cast", "--key", keys[0], "--candidate", "Yes", "--election", election)
        done = self.vote("cast", "--key", keys[1], "--candidate", "Yes", "--election", election, check=False)
        self.expect_refusal(done, 1, "not_enrolled")

    def test_the_turnout_is_of_the_roll_and_candidates_may_be_added_until_it_opens(self):
        keys = [self.cluster.folder / f"turnout{n}.pem" for n in (1, 2)]
        public = [json.loads(self.vote("--json", "keygen", key).stdout)["public_key"] for key in keys]
        election = self.cluster.open_election(self.node, ["Yes"], "Turnout", "--roll", "--opens-in", "15")
        self.admin("election", "add-candidate", election, "--candidate", "No", "--candidate", "Perhaps")
        roll = self.votes_file(f"voter_id,public_key\nann,{public[0]}\nben,{public[1]}\n")
        self.admin("election", "enrol", election, roll)
        self.cluster.wait(lambda: self.node.election(election)["state"] == "open", "it opens", 40)
        self.vote("cast", "--key", keys[0], "--candidate", "No", "--election", election, "--wait")
        self.assertEqual(self.node.tally(election)["votes"], {"Yes": 0, "No": 1, "Perhaps": 0})
        self.assertEqual(self.node.election(election)["turnout"], 0.5)
        self.assertIn("50.0 % of 2", self.vote("results", election).stdout)
        done = self.admin("election", "add-candidate", election, "--candidate", "Late", check=False)
        self.expect_refusal(done, 1, "election_frozen")

    def test_nobody_there(self):
        self.expect_refusal(self.cluster.admin("--bootstrap", "127.0.0.1:1", "get-peers", check=False), UNAVAILABLE,
                            "127.0.0.1:1")
        self.expect_refusal(self.cluster.vote("--node", "http://127.0.0.1:1", "results", check=False), UNAVAILABLE,
                            "http://127.0.0.1:1")

    def test_mistyped_commands(self):
        for arguments, word in ((["regster", "a:1"], "regster"), (["register"], "ADDR"), (["register", "nowhere"], "nowhere"),
                                (["register", "a:99999"], "99999"), (["node", "status", "--qiet"], "qiet"),
                                (["get-peers", "--network", "xyz"], "xyz"), (["election", "open"], "--title"),
                                (["election", "open", "--title", "t"], "--candidate"),
                                (["--node", "ftp://x", "node", "status"], "ftp://x"),
                                (["election", "results", "12"], "64")):
            done = self.cluster.admin(*arguments, check=False)
            self.expect_refusal(done, USAGE, word)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_a_specifications_id_is_the_networks(self):
        spec = self.cluster.folder / "spec.json"
        document = self.node.get("/v1/spec")
        spec.write_text(json.dumps(document["spec"], indent=2))
        self.assertEqual(self.admin("genesis", "id", spec).stdout.strip(), document["network"])
        spec.write_text("{}")
        self.expect_refusal(self.admin("genesis", "id", spec, check=False), CONFIGURATION, str(spec))

    def test_help_and_version(self):
        for program in ("admin-client", "vote-client"):
            self.assertIn("Exit codes", self.cluster.run(program, "--help").stdout)
            self.assertIn(program, self.cluster.run(program, "--version").stdout)
        self.assertIn("--candidate", self.cluster.admin("election", "open", "--help").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
