"""Receipts and bundles of a network that lists its miners: both implementations look at every seal, and find each way in
which one can be spoilt."""
import hashlib
import json
import subprocess
import time
import unittest

from audit_case import AuditCase, spell
from cluster import Cluster
from p256 import Key

EASY_BITS = "20010000"  # eight leading zeros


class SealedAudit(AuditCase):
    @classmethod
    def setUpClass(cls):
        """Two of three listed miners mine, one after the other; bundles and a receipt are taken from the second."""
        cls.cluster = Cluster()
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.clear)
        cls.cluster.start_bootstrap()
        first, cls.node = cls.cluster.add_node(), cls.cluster.add_node()
        cls.keys = [cls.show_key(first), cls.show_key(cls.node), Key().public.hex()]
        cls.start_network(first)
        cls.election = cls.cluster.open_election(first, ["Alice", "Bob"], "Chair", "--key", cls.path("organiser.pem"))
        cls.cast(first, "".join(f"voter{n},Alice\n" for n in range(5)), 5)
        cls.cluster.wait(lambda: cls.node.height() == first.height(), "the second node has the first one's chain", 60)
        first.stop()
        cls.node.stop()
        cls.first = first
        cls.node.set_options([*cls.options, "--mine", "--mine-threads", "1"])
        cls.node.start()
        cls.cluster.wait(cls.node.ready, "the second node answers", 30)
        cls.cast(cls.node, "late,Bob\n", 6)
        for name, more in (("whole.jsonl", ["--blocks"]), ("proofs.jsonl", [])):
            cls.cluster.admin("--node", cls.node.url, "election", "export", cls.election, "--out", cls.path(name), *more)
        vote = cls.node.get(f"/v1/elections/{cls.election}/votes?limit=1")["votes"][0]["transaction"]
        cls.cluster.vote("--node", cls.node.url, "receipt", vote, "--out", cls.path("receipt.json"))

    @classmethod
    def start_network(cls, first):
        organiser = json.loads(cls.cluster.vote("--json", "keygen", cls.path("organiser.pem")).stdout)["public_key"]
        genesis = cls.path("genesis.json")
        genesis.write_text(json.dumps({
            "name": "sealed", "organisers": [organiser], "miners": cls.keys, "block_interval_ms": 1000,
            "difficulty_rule": "fixed", "initial_bits": EASY_BITS, "genesis_time_ms": int(time.time() * 1000) - 3_600_000,
            "max_block_size_bytes": 400_000, "max_record_size_bytes": 100}))
        cls.network = bytes.fromhex(cls.cluster.admin("genesis", "id", genesis).stdout.strip())
        cls.options = ["--genesis", genesis, "--bootstrap", cls.cluster.bootstrap.address]
        first.set_options([*cls.options, "--mine", "--mine-threads", "1"])
        cls.node.set_options(cls.options)
        for node in (first, cls.node):
            node.start()
            cls.cluster.wait(node.ready, f"{node.name} answers", 30)

    @staticmethod
    def show_key(node):
        return subprocess.run([node.program, "--show-key", "--data-dir", node.folder], capture_output=True, text=True,
                              check=True, timeout=20).stdout.strip()

    @classmethod
    def cast(cls, node, rows, votes):
        path = cls.path("votes.csv")
        path.write_text("voter_id,candidate_id\n" + rows)
        cls.cluster.vote("--node", node.url, "cast", "--election", cls.election, "--file", path)
        cls.cluster.wait(lambda: sum(node.tally(cls.election)["votes"].values()) == votes, "votes are counted", 60)

    @classmethod
    def seal(cls, header, key, claims=None):
        """A seal that holds, unless another key is claimed, for a header of 192 digits."""
        block = hashlib.sha256(bytes.fromhex(header)).digest()
        digest = hashlib.sha256(b"suara.seal\0" + cls.network + block).digest()
        return ((claims or key.public) + key.sign(digest)).hex()

    # -- intact --

    def test_both_implementations_say_who_sealed_how_many_blocks(self):
        blocks = [self.node.get(f"/v1/blocks/{height}") for height in range(1, self.tip() + 1)]
        sealed = [{"miner": key, "blocks": sum(b["seal"]["miner"] == key for b in blocks)} for key in self.keys]
        self.assertTrue(sealed[0]["blocks"] and sealed[1]["blocks"] and not sealed[2]["blocks"], sealed)
        for kind in ("whole.jsonl", "proofs.jsonl"):
            document = json.loads(self.cluster.admin("--json", "election", "verify", self.path(kind)).stdout)
            theirs = self.check(self.path(kind))
            self.assertEqual(theirs.returncode, 0, theirs.stderr)
            for found in (document, json.loads(theirs.stdout)):
                self.assertEqual((found["miners"], found["votes"]), (sealed, 6))
            text = self.verify(self.path(kind)).stdout
            self.assertIn("the seal of every one of these headers", text)
            for entry in sealed:
                self.assertIn(f"{entry['miner']}: {entry['blocks']} block", text)
        done = self.verify(self.path("whole.jsonl"), "--diff", self.path("proofs.jsonl"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_miners_database_is_sound(self):
        done = subprocess.run([*self.first.arguments, "--check"], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    # -- tampered --

    def spoil(self, kind, change):
        """A bundle in which `change(line, header)` has been made to the line of the block at height 2."""
        def change_line(lines):
            headers = [line for line in lines if line["type"] in ("header", "block")]
            raw = [self.node.get(f"/v1/blocks/{height}")["header"] for height in (1, 2)]
            change(headers[1], *raw)
        return self.tampered(kind, change_line)

    def test_every_way_to_spoil_a_seal_is_found(self):
        def remove(line, *_):
            del line["seal"]

        def of_another_block(line, before, _):
            line["seal"] = self.node.get("/v1/headers?from=1&limit=1")["headers"][0][len(before):]

        def of_a_stranger(line, _, header):
            line["seal"] = self.seal(header, Key())

        def in_a_listed_ones_name(line, _, header):
            line["seal"] = self.seal(header, Key(), bytes.fromhex(self.keys[2]))

        def flip(line, *_):
            line["seal"] = line["seal"][:-1] + format(int(line["seal"][-1], 16) ^ 1, "x")

        def shorten(line, *_):
            line["seal"] = line["seal"][:-2]

        def move(line, *_):
            seal, kind = line.pop("seal"), line.pop("type")
            content = dict(line)
            line.clear()
            line.update({"type": kind, "seal": seal, **content})

        for kind in ("whole.jsonl", "proofs.jsonl"):
            self.expect(self.spoil(kind, remove), "missing_seal")
            self.expect(self.spoil(kind, of_another_block), "bad_seal")
            self.expect(self.spoil(kind, of_a_stranger), "unlisted_miner")
            self.expect(self.spoil(kind, in_a_listed_ones_name), "bad_seal")
            self.expect(self.spoil(kind, flip), "bad_seal")
            self.expect(self.spoil(kind, shorten), "bad_line")
            self.expect(self.spoil(kind, move), "not_canonical")

    def test_a_bundle_whose_specification_lists_nobody_may_bear_no_seal(self):
        def open_up(lines):
            del lines[0]["spec"]["miners"]
            canonical = spell(dict(sorted(lines[0]["spec"].items())))
            lines[0]["network"] = hashlib.sha256(canonical.encode()).hexdigest()

        for kind in ("whole.jsonl", "proofs.jsonl"):
            self.expect(self.tampered(kind, open_up), "superfluous_seal")

    # -- receipts --

    def test_a_receipt_shows_which_listed_miner_sealed_its_block(self):
        path, intact = self.path("receipt.json"), json.loads(self.path("receipt.json").read_text())
        for where in ([], ["--headers", self.path("whole.jsonl")], ["--headers", self.path("proofs.jsonl")],
                      ["--node", self.node.url]):
            document = json.loads(self.cluster.vote("--json", "verify", path, *where).stdout)
            self.assertIn(document["miner"], self.keys[:2])
            self.assertTrue(any("the block's seal" in sentence for sentence in document["checked"]))
        key, header = Key(), intact["header"]
        last = format(int(intact["seal"][-1], 16) ^ 1, "x")
        for name, seal in (("missing_seal", None), ("unlisted_miner", self.seal(header, key)),
                           ("bad_seal", self.seal(header, key, bytes.fromhex(self.keys[0]))),
                           ("bad_seal", intact["seal"][:-1] + last), ("bad_line", "00")):
            self.path("changed.json").write_text(spell({**intact, "seal": seal}))
            done = self.cluster.vote("verify", self.path("changed.json"), check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertIn(f"refused ({name})", done.stderr)

    def test_a_receipt_is_not_found_in_a_chain_with_a_spoilt_seal(self):
        path = self.spoil("proofs.jsonl", lambda line, *_: line.pop("seal"))
        done = self.cluster.vote("verify", self.path("receipt.json"), "--headers", path, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("missing_seal", done.stderr)

    def tip(self):
        return json.loads(self.path("whole.jsonl").read_text().splitlines()[-1])["height"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
