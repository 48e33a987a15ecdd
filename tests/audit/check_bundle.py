#!/usr/bin/env python3
"""Recounts a bundle (proto-docs/bundle.md) from the documents alone: none of Suara's code has a part in it.

    check_bundle.py BUNDLE [--openssl N]

Ids, Merkle roots and proofs, proofs of work, difficulty, seals, signatures, the ledger's rules and the tally are computed
anew. The first N signatures and the first N seals (default 5) are checked by the `openssl` command too, which shares no
arithmetic with p256.py. Prints the tally, and how many blocks each listed miner sealed, as JSON and exits 0, or says what
is wrong and where and exits 1.

Written from encoding.md, rules.md and bundle.md; what encoding.md alone says comes from ../../proto-docs/vectors/check.py,
which is that document as a program.
"""
import argparse
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "proto-docs/vectors")]
import check as document  # noqa: E402
import p256  # noqa: E402
from reading import Bad, Header, Transaction, read_block, text_problem  # noqa: E402

MAX_LINE_BYTES = 4_001_000
NO_TRANSACTIONS = document.sha256(b"")
MEMBERS = {
    "bundle": ("type", "version", "network", "election", "blocks", "spec"), "block": ("type", "block", "seal"),
    "header": ("type", "header", "seal"), "transaction": ("type", "transaction", "index", "transaction_count", "path"),
    "end": ("type", "tip", "height", "title", "closed_early", "enrolled", "votes", "candidates")}


def need(condition, name, detail=""):
    if not condition:
        raise Bad(name, detail)


def from_hex(text, size):
    data = bytes.fromhex(text)
    need(data.hex() == text and len(data) == size, "bad_line", f"{2 * size} hex digits in lower case")
    return data


# -- the chain --

class Chain:
    """Headers from genesis up, by the rules of rules.md. Each comes with 128 bytes of seal where miners are listed."""

    def __init__(self, spec, network, openssl):
        self.spec, self.network, self.openssl = spec, network, openssl
        self.sealed_by = {bytes.fromhex(key): 0 for key in spec.get("miners", ())}
        self.times, self.bits, self.first_height = [spec["genesis_time_ms"]], [int(spec["initial_bits"], 16)], 0
        self.height = 0
        genesis = {"version": 1, "height": 0, "previous": bytes(32).hex(), "transactions_root": NO_TRANSACTIONS.hex(),
                   "time_ms": spec["genesis_time_ms"], "bits": spec["initial_bits"],
                   "nonce": int.from_bytes(network[:8], "little")}
        self.tip = document.sha256(document.header_bytes(genesis))

    def required_bits(self):
        initial = int(self.spec["initial_bits"], 16)
        if self.spec["difficulty_rule"] == "fixed":
            return initial
        return document.lwma(self.spec["block_interval_ms"], initial, self.first_height, self.times, self.bits)

    def check_seal(self, block, seal):
        if not self.sealed_by:
            return need(seal is None, "superfluous_seal", f"block {block.hex()}")
        need(seal is not None, "missing_seal", f"block {block.hex()}")
        miner, signature = seal[:64], seal[64:]
        need(miner in self.sealed_by, "unlisted_miner", miner.hex())
        digest = document.sha256(b"suara.seal\0" + self.network + block)
        need(p256.verify(miner, digest, signature, signs_often=True), "bad_seal", f"block {block.hex()}")
        if self.openssl > 0:
            self.openssl -= 1
            need(openssl_verifies(miner, digest, signature), "bad_seal", f"openssl refuses that of block {block.hex()}")
        self.sealed_by[miner] += 1
        return None

    def add(self, header, seal):
        block = document.sha256(header.encoding)
        self.check_seal(block, seal)
        need(header.previous == self.tip, "not_linked", f"block {block.hex()}")
        need(header.version == 1, "bad_version")
        need(header.height == self.height + 1, "bad_height", f"{header.height} on {self.height}")
        need(header.bits == self.required_bits(), "bad_bits", f"{header.bits:08x}")
        need(int.from_bytes(block, "big") < document.target_of(header.bits), "insufficient_work", block.hex())
        median = sorted(self.times[-11:])[len(self.times[-11:]) // 2]
        need(header.time_ms > median, "time_too_old", f"{header.time_ms} <= {median}")
        self.times.append(header.time_ms)
        self.bits.append(header.bits)
        dropped = max(0, len(self.times) - 61)
        del self.times[:dropped], self.bits[:dropped]
        self.first_height += dropped
        self.height, self.tip = header.height, block


# -- the ledger --

class Election:
    def __init__(self, transaction):
        self.organiser, self.title, self.candidates = transaction.author, transaction.title, list(transaction.candidates)
        self.has_roll = transaction.electorate == 1
        self.opens_at_ms, self.closes_at_ms = transaction.opens_at_ms, transaction.closes_at_ms
        self.closed_early = False
        self.roll, self.roll_names, self.votes = {}, set(), {}

    def need_running(self, time_ms):
        need(not self.closed_early, "election_closed", "its organiser closed it")
        need(time_ms < self.closes_at_ms, "election_closed")

    def need_changeable(self, author, time_ms):
        need(author == self.organiser, "not_an_organiser")
        self.need_running(time_ms)
        need(time_ms < self.opens_at_ms, "election_frozen")

    def claim(self):
        counts = [0] * len(self.candidates)
        for candidate in self.votes.values():
            counts[candidate] += 1
        return {"title": self.title.decode(), "closed_early": self.closed_early, "enrolled": len(self.roll),
                "votes": len(self.votes),
                "candidates": [{"name": name.decode(), "votes": votes} for name, votes in zip(self.candidates, counts)]}


class Ledger:
    def __init__(self, spec):
        self.spec = spec
        self.organisers = {bytes.fromhex(key) for key in spec["organisers"]}
        self.seen, self.elections = set(), {}

    def apply(self, transaction, time_ms):
        need(transaction.id not in self.seen, "duplicate_transaction")
        getattr(self, transaction.kind)(transaction, time_ms)
        self.seen.add(transaction.id)

    def election(self, transaction):
        need(transaction.election in self.elections, "unknown_election")
        return self.elections[transaction.election]

    def open_election(self, t, time_ms):
        need(text_problem(t.title) is None, "bad_text", "the title")
        self.check_candidates(t.candidates)
        need(t.closes_at_ms > t.opens_at_ms, "bad_schedule")
        need(t.author in self.organisers, "not_an_organiser")
        need(time_ms < t.closes_at_ms, "election_closed")
        self.elections[t.id] = Election(t)

    @staticmethod
    def check_candidates(names):
        need(1 <= len(names) <= 1000 and len(set(names)) == len(names), "bad_candidates")
        for name in names:
            need(text_problem(name) is None, "bad_text", "a candidate")

    def add_candidates(self, t, time_ms):
        self.check_candidates(t.candidates)
        election = self.election(t)
        election.need_changeable(t.author, time_ms)
        need(len(election.candidates) + len(t.candidates) <= 1000, "bad_candidates")
        need(not set(election.candidates) & set(t.candidates), "bad_candidates")
        election.candidates += t.candidates

    def enrol_voters(self, t, time_ms):
        names, keys = [name for name, _ in t.voters], [key for _, key in t.voters]
        need(names, "bad_text", "an enrolment names at least one voter")
        for name, key in t.voters:
            need(text_problem(name) is None, "bad_text", "a voter's name")
            need(p256.on_curve(int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big")), "bad_public_key")
        need(len(set(names)) == len(names) and len(set(keys)) == len(keys), "voter_exists")
        election = self.election(t)
        election.need_changeable(t.author, time_ms)
        need(election.has_roll, "not_a_roll_election")
        need(not election.roll_names & set(names) and not election.roll.keys() & set(keys), "voter_exists")
        election.roll.update(zip(keys, names))
        election.roll_names.update(names)

    def close_election(self, t, time_ms):
        election = self.election(t)
        need(t.author == election.organiser, "not_an_organiser")
        election.need_running(time_ms)
        election.closed_early = True

    def cast_vote(self, t, time_ms):
        election = self.election(t)
        election.need_running(time_ms)
        need(time_ms >= election.opens_at_ms, "election_not_open")
        need(t.candidate < len(election.candidates), "unknown_candidate")
        need(not election.has_roll or t.author in election.roll, "not_enrolled")
        need(t.author not in election.votes, "already_voted")
        election.votes[t.author] = t.candidate

    def record(self, t, _):
        need(len(t.data) <= self.spec["max_record_size_bytes"], "record_too_large")
        need(text_problem(t.data, lines=True) is None, "bad_text", "the record")


# -- signatures --

SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def der_integer(data):
    data = data.lstrip(b"\0") or b"\0"
    data = b"\0" + data if data[0] & 0x80 else data
    return b"\x02" + bytes([len(data)]) + data


def openssl_verifies(key, digest, signature):
    with tempfile.TemporaryDirectory() as folder:
        files = {name: pathlib.Path(folder) / name for name in ("key", "digest", "signature")}
        pair = der_integer(signature[:32]) + der_integer(signature[32:])
        files["key"].write_bytes(SPKI + key)
        files["digest"].write_bytes(digest)
        files["signature"].write_bytes(b"\x30" + bytes([len(pair)]) + pair)
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", files["key"], "-in",
                               files["digest"], "-sigfile", files["signature"]], capture_output=True, check=False)
    return done.returncode == 0


# -- the bundle --

class Recount:
    def __init__(self, openssl):
        self.openssl = openssl
        self.chain = self.ledger = self.head = self.end = self.block = self.last = None

    def take(self, line):
        need(len(line) <= MAX_LINE_BYTES, "line_too_long")
        try:
            value = json.loads(line)
            need(isinstance(value, dict), "bad_line")
            one_spelling = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
            need(line == one_spelling + b"\n", "not_canonical")
            need(self.end is None, "unexpected_line", "nothing may follow the last line")
            in_order = [name for name in MEMBERS[value["type"]] if name in value]
            need(in_order == list(value), "not_canonical", "other members, or in another order")
            need((self.head is None) == (value["type"] == "bundle"), "unexpected_line")
            getattr(self, "on_" + value.pop("type"))(**value)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Bad("bad_line", repr(error)) from None

    def on_bundle(self, version, network, election, blocks, spec):
        need(version == 1, "unknown_version")
        canonical = json.dumps(spec, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
        self.network = document.sha256(canonical)
        need(self.network.hex() == network, "wrong_network")
        self.head, self.election = {"blocks": blocks}, bytes.fromhex(election)
        self.chain, self.ledger = Chain(spec, self.network, self.openssl), Ledger(spec)

    def on_header(self, header, **seal):
        need(not self.head["blocks"], "unexpected_line")
        self.block, self.last = Header(from_hex(header, 96)), None
        self.chain.add(self.block, self.read_seal(**seal))

    @staticmethod
    def read_seal(**member):
        return from_hex(member["seal"], 128) if member else None

    def on_block(self, block, **seal):
        need(self.head["blocks"], "unexpected_line")
        encoding = base64.b64decode(block, validate=True)
        self.block, transactions = read_block(encoding)
        self.chain.add(self.block, self.read_seal(**seal))
        root = document.root_of([document.leaf(t.encoding) for t in transactions])
        need(root == self.block.root, "bad_transactions_root")
        need(len(encoding) <= self.chain.spec["max_block_size_bytes"], "block_too_large")
        for transaction in transactions:
            self.check(transaction)

    def on_transaction(self, transaction, index, transaction_count, path):
        need(self.block is not None and not self.head["blocks"], "unexpected_line")
        transaction = Transaction(base64.b64decode(transaction, validate=True))
        need(self.election in (transaction.id, transaction.election), "foreign_transaction", transaction.id.hex())
        need(index < transaction_count, "bad_proof")
        try:
            root = document.root_by_proof(document.leaf(transaction.encoding), index, transaction_count,
                                          map(bytes.fromhex, path))
        except IndexError:  # the path is too short
            root = None
        need(root == self.block.root, "bad_proof", transaction.id.hex())
        need(self.last is None or (index > self.last[0] and transaction_count == self.last[1]), "transactions_reordered")
        self.last = index, transaction_count
        self.check(transaction)

    def check(self, transaction):
        digest = document.sha256(b"suara.transaction\0" + self.network + transaction.body)
        need(p256.verify(transaction.author, digest, transaction.signature), "bad_signature", transaction.id.hex())
        if self.openssl > 0:
            self.openssl -= 1
            need(openssl_verifies(transaction.author, digest, transaction.signature), "bad_signature",
                 "openssl refuses that of " + transaction.id.hex())
        try:
            self.ledger.apply(transaction, self.block.time_ms)
        except Bad as bad:
            raise Bad(bad.name, f"transaction {transaction.id.hex()} {bad.detail}") from None

    def on_end(self, tip, height, **claim):
        need((tip, height) == (self.chain.tip.hex(), self.chain.height), "wrong_tip")
        need(self.election in self.ledger.elections, "election_missing")
        counted = self.ledger.elections[self.election].claim()
        need(claim == counted, "wrong_tally", f"claimed {claim}, counted {counted}")
        self.end = {"tip": tip, "height": height, **counted, "transactions": len(self.ledger.seen),
                    "miners": [{"miner": key.hex(), "blocks": blocks} for key, blocks in self.chain.sealed_by.items()]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("bundle")
    arguments.add_argument("--openssl", type=int, default=5, metavar="N")
    options = arguments.parse_args()
    recount, number = Recount(options.openssl), 0
    try:
        with open(options.bundle, "rb") as file:
            while line := file.readline(MAX_LINE_BYTES + 2):
                number += 1
                recount.take(line)
        need(recount.end is not None, "truncated")
    except Bad as bad:
        sys.exit(f"{options.bundle}: line {number}: {bad.name} {bad.detail}")
    print(json.dumps(recount.end, ensure_ascii=False))


if __name__ == "__main__":
    main()
