"""Receipts and bundles of a chain that real processes made: checked by our clients and by a second implementation, intact
and tampered with."""
import base64
import hashlib
import json
import unittest

from audit_case import AuditCase, spell
from cluster import Cluster

USAGE, UNAVAILABLE = 64, 69


class Audit(AuditCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.clear)
        cls.node = cls.start_node()
        cls.other = cls.open_election(["Yes", "No"], "Referendum")
        cls.election = cls.open_election(["Alice", "Bob"], "Chair")
        cls.cast(cls.election, "".join(f"voter{n},{'Alice' if n % 3 else 'Bob'}\n" for n in range(12)), 12)
        cls.cast(cls.other, "ann,Yes\n", 1)
        cls.export("--out", cls.path("whole.jsonl"), "--blocks")
        cls.export("--out", cls.path("proofs.jsonl"))

    @classmethod
    def start_node(cls):
        """A network of its own: blocks cost next to nothing, and their difficulty follows their times."""
        cls.organiser = cls.path("organiser.pem")
        key = json.loads(cls.cluster.vote("--json", "keygen", cls.organiser).stdout)["public_key"]
        genesis = cls.path("genesis.json")
        genesis.write_text(json.dumps({
            "name": "audited", "organisers": [key], "block_interval_ms": 10_000, "difficulty_rule": "lwma",
            "initial_bits": "2000ffff", "genesis_time_ms": 1_700_000_000_000, "max_block_size_bytes": 400_000,
            "max_record_size_bytes": 100}))
        node = cls.cluster.add_node("--genesis", genesis, "--mine", "--mine-threads", "1")
        node.start()
        cls.cluster.wait(node.ready, "the node answers", 30)
        return node

    @classmethod
    def open_election(cls, candidates, title, *more):
        return cls.cluster.open_election(cls.node, candidates, title, "--key", cls.organiser, *more)

    @classmethod
    def cast(cls, election, rows, votes):
        path = cls.cluster.folder / "votes.csv"
        path.write_text("voter_id,candidate_id\n" + rows)
        before = sum(cls.node.tally(election)["votes"].values())
        cls.vote("cast", "--election", election, "--file", path)
        cls.cluster.wait(lambda: sum(cls.node.tally(election)["votes"].values()) == before + votes, "votes are counted", 60)

    @classmethod
    def vote(cls, *arguments, **options):
        return cls.cluster.vote("--node", cls.node.url, *arguments, **options)

    @classmethod
    def export(cls, *arguments, **options):
        return cls.cluster.admin("--node", cls.node.url, "election", "export", cls.election, *arguments, **options)

    def a_vote(self):
        page = self.node.get(f"/v1/elections/{self.election}/votes?limit=1")
        return page["votes"][0]["transaction"]

    # -- intact --

    def test_both_implementations_recount_what_the_node_counted(self):
        counted = self.node.tally(self.election)["votes"]
        for kind, words in (("whole.jsonl", "that no vote was left out"), ("proofs.jsonl", "whether a vote was left out")):
            ours, theirs = self.verify(self.path(kind)), self.check(self.path(kind))
            self.assertEqual(ours.returncode, 0, ours.stderr)
            self.assertIn(words, ours.stdout)
            self.assertIn("most work", ours.stdout)
            self.assertEqual(theirs.returncode, 0, theirs.stderr)
            found = json.loads(theirs.stdout)
            self.assertEqual({c["name"]: c["votes"] for c in found["candidates"]}, counted)
            document = json.loads(self.cluster.admin("--json", "election", "verify", self.path(kind)).stdout)
            self.assertTrue(document["valid"])
            for name in ("tip", "height", "votes", "candidates", "transactions"):
                self.assertEqual(document[name], found[name], name)

    def test_an_export_goes_to_the_standard_output_or_whole_into_a_file(self):
        self.assertEqual(json.loads(self.export().stdout.splitlines()[0])["election"], self.election)
        self.assertFalse(self.path("whole.jsonl.part").exists())
        for arguments, code, word in ((("--out", "/nowhere/x"), USAGE, "/nowhere"), (("--json",), USAGE, "--out")):
            done = self.export(*arguments, check=False)
            self.assertEqual(done.returncode, code)
            self.assertIn(word, done.stderr)
        done = self.cluster.admin("--node", self.node.url, "election", "export", "0" * 64, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown_election", done.stderr)
        done = self.cluster.admin("--node", "http://127.0.0.1:1", "election", "export", self.election, "--out",
                                  self.path("none.jsonl"), check=False)
        self.assertEqual(done.returncode, UNAVAILABLE)
        self.assertFalse(self.path("none.jsonl").exists())

    # -- tampered --

    def test_a_flipped_vote_is_found(self):
        def flip(encoding):
            data = bytearray(base64.b64decode(encoding))
            at = data.index(bytes.fromhex(self.election), 65)
            data[at + 32] ^= 1
            return base64.b64encode(bytes(data)).decode()

        def flip_block(lines):
            line = next(l for l in reversed(lines) if len(l.get("block", "")) > 1200)
            line["block"] = flip(line["block"])

        def flip_proven(lines):
            line = next(l for l in reversed(lines) if l["type"] == "transaction")
            line["transaction"] = flip(line["transaction"])

        self.expect(self.tampered("whole.jsonl", flip_block), "bad_transactions_root")
        self.expect(self.tampered("proofs.jsonl", flip_proven), "bad_proof")

    def test_a_dropped_vote_is_found(self):
        def drop_from_block(lines):
            line = next(l for l in reversed(lines) if len(l.get("block", "")) > 1200)
            data = base64.b64decode(line["block"])
            count, first = int.from_bytes(data[96:100], "little"), int.from_bytes(data[100:104], "little")
            data = data[:96] + (count - 1).to_bytes(4, "little") + data[104 + first:]
            line["block"] = base64.b64encode(data).decode()

        def drop(lines):
            lines.remove(next(l for l in reversed(lines) if l["type"] == "transaction"))

        def drop_and_discount(lines):
            drop(lines)
            lines[-1]["votes"] -= 1
            most = max(lines[-1]["candidates"], key=lambda c: c["votes"])
            most["votes"] -= 1

        self.expect(self.tampered("whole.jsonl", drop_from_block), "bad_transactions_root")
        self.expect(self.tampered("proofs.jsonl", drop), "wrong_tally")

        def undetectable(lines):
            vote = next(l for l in reversed(lines) if l["type"] == "transaction")
            choice = base64.b64decode(vote["transaction"])[97]
            lines.remove(vote)
            lines[-1]["votes"] -= 1
            lines[-1]["candidates"][choice]["votes"] -= 1

        path = self.tampered("proofs.jsonl", undetectable)
        self.assertEqual(self.verify(path).returncode, 0, "proofs alone cannot show it, and the report says so")
        done = self.verify(self.path("whole.jsonl"), "--diff", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("left them out", done.stdout)

    def test_reordered_transactions_are_found(self):
        def swap_in_block(lines):
            line = next(l for l in reversed(lines) if len(l.get("block", "")) > 1200)
            data = base64.b64decode(line["block"])
            first = 4 + int.from_bytes(data[100:104], "little")
            second = 4 + int.from_bytes(data[100 + first:104 + first], "little")
            body = data[100:]
            data = data[:100] + body[first:first + second] + body[:first] + body[first + second:]
            line["block"] = base64.b64encode(data).decode()

        def swap_proven(lines):
            for at in range(len(lines) - 1):
                if lines[at]["type"] == lines[at + 1]["type"] == "transaction":
                    lines[at], lines[at + 1] = lines[at + 1], lines[at]
                    return
            self.fail("no block holds two votes")

        def repeat(lines):
            at = next(i for i, l in enumerate(lines) if l["type"] == "transaction")
            lines.insert(at, lines[at])

        self.expect(self.tampered("whole.jsonl", swap_in_block), "bad_transactions_root")
        self.expect(self.tampered("proofs.jsonl", swap_proven), "transactions_reordered")
        self.expect(self.tampered("proofs.jsonl", repeat), "transactions_reordered")

    def test_a_wrong_tally_is_found(self):
        def more(lines):
            lines[-1]["votes"] += 1
            lines[-1]["candidates"][0]["votes"] += 1

        def exchange(lines):
            a, b = lines[-1]["candidates"]
            a["votes"], b["votes"] = b["votes"], a["votes"]

        for kind in ("whole.jsonl", "proofs.jsonl"):
            for change in (more, exchange):
                self.expect(self.tampered(kind, change), "wrong_tally")

    def test_a_chain_that_is_not_whole_is_found(self):
        def shorten(lines):
            del lines[-2]

        for kind, names in (("whole.jsonl", ("wrong_tip",)), ("proofs.jsonl", ("wrong_tip", "wrong_tally"))):
            self.expect(self.tampered(kind, shorten), *names)
            self.expect(self.tampered(kind, lambda lines: lines[:1] + lines[2:]), "not_linked", "unexpected_line")
            self.expect(self.tampered(kind, lambda lines: lines[:-1]), "truncated")
        text = self.path("whole.jsonl").read_text()
        self.path("tampered.jsonl").write_text(text.replace('"type":', '"type": ', 1))
        self.expect(self.path("tampered.jsonl"), "not_canonical")
        self.path("tampered.jsonl").write_text("a bundle\n")
        self.expect(self.path("tampered.jsonl"), "bad_line")

    def test_another_networks_bundle_is_found(self):
        def rename(lines):
            lines[0]["spec"]["name"] = "elsewhere"

        self.expect(self.tampered("whole.jsonl", rename), "wrong_network")

    # -- comparing --

    def test_two_exports_are_compared(self):
        done = self.verify(self.path("whole.jsonl"), "--diff", self.path("proofs.jsonl"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("their tallies are the same", done.stdout)
        self.cast(self.election, "late,Bob\n", 1)
        self.export("--out", self.path("later.jsonl"))
        done = self.verify(self.path("later.jsonl"), "--diff", self.path("whole.jsonl"), "--json")
        difference = json.loads(done.stdout)["difference"]
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((difference["contradicts"], difference["parted"], difference["left"]["only_here"],
                          difference["right"]["only_here"]), (False, False, 1, 0))
        done = self.verify(self.path("whole.jsonl"), "--diff", self.tampered("whole.jsonl", lambda lines: lines[:-1]))
        self.assertEqual(done.returncode, 1)
        self.assertIn("tampered.jsonl", done.stderr)

    # -- receipts --

    def test_a_receipt_holds_by_itself_in_a_chain_and_at_a_node(self):
        path = self.path("receipt.json")
        self.vote("receipt", self.a_vote(), "--out", path)
        alone = self.cluster.vote("verify", path)
        self.assertIn("whether the block is in the network's chain", alone.stdout)
        for where in (["--headers", self.path("whole.jsonl")], ["--headers", self.path("proofs.jsonl")],
                      ["--node", self.node.url]):
            done = self.cluster.vote("--json", "verify", path, *where)
            document = json.loads(done.stdout)
            self.assertTrue(document["valid"])
            self.assertGreaterEqual(document["confirmations"], 1)
        self.assertEqual(json.loads(self.vote("receipt", self.a_vote()).stdout)["id"], self.a_vote())

    def test_a_receipt_that_was_changed_says_how(self):
        path = self.path("changed.json")
        intact = json.loads(self.vote("receipt", self.a_vote()).stdout)

        def expect(name, *arguments, **changes):
            path.write_text(json.dumps({**intact, **changes}))
            done = self.cluster.vote("verify", path, *arguments, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertIn(f"refused ({name})", done.stderr)

        vote = bytearray(base64.b64decode(intact["transaction"]))
        vote[97] ^= 1
        expect("wrong_transaction_id", transaction=base64.b64encode(bytes(vote)).decode())
        expect("wrong_transaction_id", id="0" * 64)
        vote[97] ^= 1
        vote[-1] ^= 1
        expect("bad_signature", transaction=base64.b64encode(bytes(vote)).decode())
        expect("bad_proof", index=intact["transaction_count"])
        expect("bad_proof", path=["0" * 64])
        expect("wrong_network", network="0" * 64)
        nonces = (intact["header"][:-16] + nonce.to_bytes(8, "little").hex() for nonce in range(1000))
        worthless = next(h for h in nonces if hashlib.sha256(bytes.fromhex(h)).digest()[0] > 0x7F)
        expect("insufficient_work", header=worthless)
        expect("bad_line", header="00")
        expect("unknown_version", version=2)
        earlier = self.tampered("proofs.jsonl", lambda lines: None).read_text().splitlines()
        height = self.node.get(f"/v1/transactions/{intact['id']}")["block"]["height"]
        short = earlier[:1] + [l for l in earlier if '"header"' in l[:20]][:height - 1]
        tip = json.loads(spell({"type": "end", "tip": self.node.get(f"/v1/blocks/{height - 1}")["id"], "height": height - 1}))
        tail = {**json.loads(earlier[-1]), **tip}
        self.path("short.jsonl").write_text("\n".join(short + [spell(tail)]) + "\n")
        expect("above_chain", "--headers", self.path("short.jsonl"))
        done = self.cluster.vote("verify", self.path("none.json"), check=False)
        self.assertEqual(done.returncode, USAGE)
        done = self.cluster.vote("--node", "http://127.0.0.1:1", "receipt", self.a_vote(), check=False)
        self.assertEqual(done.returncode, UNAVAILABLE)
        done = self.vote("receipt", "0" * 64, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown_transaction", done.stderr)

    # -- enrolment --

    def test_a_roll_is_enrolled_once_however_often_it_is_sent(self):
        keys = [json.loads(self.vote("--json", "keygen", self.path(f"k{n}.pem")).stdout)["public_key"] for n in range(3)]
        election = self.open_election(["Yes", "No"], "Roll", "--roll", "--opens-in", "3600")
        roll = self.path("roll.csv")
        enroll = ("--node", self.node.url, "--json", "election", "enroll", election, "--file", roll, "--key",
                  self.organiser)
        roll.write_text(f"voter_id,public_key\nann,{keys[0]}\n")
        self.assertEqual(json.loads(self.cluster.admin(*enroll).stdout)["enrolled"], 1)
        roll.write_text(f"voter_id,public_key\nann,{keys[0]}\nben,{keys[1]}\n")
        for enrolled, already in ((1, 1), (0, 2)):
            summary = json.loads(self.cluster.admin(*enroll).stdout)
            self.assertEqual((summary["enrolled"], summary["already_enrolled"]), (enrolled, already))
        self.assertEqual(self.node.election(election)["enrolled"], 2)
        roll.write_text(f"voter_id,public_key\nann,{keys[2]}\n")
        done = self.cluster.admin(*enroll, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("with another key", done.stderr)
        done = self.cluster.admin("--node", self.node.url, "election", "enroll", election, check=False)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--file", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
