"""What a node refuses, by its stable code. The transactions are made here, not by our own clients."""
import json
import unittest

import ledger
from cluster import Cluster
from p256 import Key

ELSEWHERE = "ab" * 32


class Refused(unittest.TestCase):
    """One node and its elections for all cases."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.clear)
        cls.node = cls.cluster.add_node("--dev", "--mine", "--mine-threads", "1").start()
        cls.cluster.wait(cls.node.ready, "the node answers", 20)
        cls.network = cls.node.status()["network"]
        cls.election = cls.cluster.open_election(cls.node, ["Alice", "Bob"], "open")

    def send(self, key, statement, **how):
        return self.node.post(ledger.signed(key, self.network, statement, **how))

    def expect(self, answer, status, code):
        self.assertEqual((answer[0], answer[1].get("error", {}).get("code")), (status, code), answer)
        self.assertGreater(len(answer[1]["error"]["message"]), 10)

    def counted(self, transaction):
        def is_confirmed():
            found = self.node.get(f"/v1/transactions/{transaction}")
            return found is not None and found["status"] == "confirmed"
        self.cluster.wait(is_confirmed, "the transaction is in a block", 30)

    def open_by_hand(self, title, opens_in_ms, closes_in_ms, roll=False):
        now = self.node.status()["time_ms"]
        statement = ledger.open_election(title, ["Alice", "Bob"], now + opens_in_ms, now + closes_in_ms, roll)
        status, answer = self.send(ledger.DEV_ORGANISER, statement)
        self.assertEqual(status, 202, answer)
        self.assertEqual(answer["id"], ledger.transaction_id(ledger.DEV_ORGANISER, statement))
        self.counted(answer["id"])
        return answer["id"]

    def test_a_second_vote_while_the_first_waits_and_when_it_is_counted(self):
        key = Key()
        status, answer = self.send(key, ledger.cast_vote(self.election, 0))
        self.assertEqual(status, 202, answer)
        self.expect(self.send(key, ledger.cast_vote(self.election, 1)), 409, "already_voted")
        self.counted(answer["id"])
        self.expect(self.send(key, ledger.cast_vote(self.election, 1)), 409, "already_voted")
        self.expect(self.send(key, ledger.cast_vote(self.election, 0)), 409, "duplicate_transaction")

    def test_an_unknown_election(self):
        self.expect(self.send(Key(), ledger.cast_vote(ELSEWHERE, 0)), 422, "unknown_election")

    def test_an_unknown_candidate(self):
        self.expect(self.send(Key(), ledger.cast_vote(self.election, 2)), 422, "unknown_candidate")

    def test_a_signature_by_another_key(self):
        honest = ledger.signed(Key(), self.network, ledger.record(1, "text"))
        signed = ledger.base64.b64decode(honest)
        other = ledger.base64.b64encode(signed[:-64] + Key().sign(b"\1" * 32)).decode()
        self.expect(self.node.post(other), 422, "bad_signature")

    def test_a_signature_for_another_network(self):
        transaction = ledger.signed(Key(), ELSEWHERE, ledger.record(1, "text"))
        self.expect(self.node.post(transaction), 422, "bad_signature")

    def test_the_second_form_of_a_signature(self):
        self.expect(self.send(Key(), ledger.record(1, "text"), low_s=False), 422, "bad_signature")

    def test_a_vote_before_the_election_opens(self):
        election = self.open_by_hand("later", 3_600_000, 7_200_000)
        self.expect(self.send(Key(), ledger.cast_vote(election, 0)), 422, "election_not_open")

    def test_a_vote_in_an_election_that_was_closed(self):
        election = self.open_by_hand("closed", 0, 3_600_000)
        done = self.cluster.admin("--node", self.node.url, "election", "close", election)
        self.assertIn("closed", done.stdout)
        self.expect(self.send(Key(), ledger.cast_vote(election, 0)), 422, "election_closed")

    def test_a_voter_who_is_not_on_the_roll(self):
        election = self.open_by_hand("roll", 1, 3_600_000, roll=True)
        self.expect(self.send(Key(), ledger.cast_vote(election, 0)), 422, "not_enrolled")

    def test_an_election_by_somebody(self):
        now = self.node.status()["time_ms"]
        statement = ledger.open_election("mine", ["Me"], now, now + 1000)
        self.expect(self.send(Key(), statement), 422, "not_an_organiser")

    def test_bytes_that_are_no_transaction(self):
        self.expect(self.node.post("AAAA"), 400, "bad_encoding")
        self.expect(self.node.post("not base64"), 400, "bad_encoding")
        self.expect(self.node.request("POST", "/v1/transactions", {"vote": "Alice"}), 400, "bad_body")

    def test_the_clients_say_why(self):
        key = self.cluster.folder / "voter.pem"
        self.cluster.vote("keygen", key)

        def cast(*more):
            done = self.cluster.vote("--json", "--node", self.node.url, "cast", "--key", key, *more, check=False)
            code = json.loads(done.stdout).get("error", {}).get("code")
            return done.returncode, code, done.stderr

        self.assertEqual(cast("--candidate", "Zoe", "--election", self.election)[:2], (1, "unknown_candidate"))
        self.assertEqual(cast("--candidate", "Alice", "--election", ELSEWHERE)[:2], (1, "unknown_election"))
        self.assertEqual(cast("--candidate", "Alice", "--election", self.election)[:2], (0, None))
        status, code, message = cast("--candidate", "Bob", "--election", self.election)
        self.assertEqual((status, code), (1, "already_voted"))
        self.assertEqual(len(message.splitlines()), 1, message)


if __name__ == "__main__":
    unittest.main(verbosity=2)
