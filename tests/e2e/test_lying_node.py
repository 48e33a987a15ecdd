"""Export and receipts from a node that lies: its answers come from the published vectors, one of them changed at a time."""
import base64
import http.server
import json
import pathlib
import subprocess
import sys
import threading
import unittest

from cluster import Cluster

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNAVAILABLE = 69


def vectors(name):
    return json.loads((ROOT / f"proto-docs/vectors/{name}.json").read_text())


class Node:
    """Answers GET with what `answers` has for the path, whatever the query; bytes as they are."""

    def __init__(self, answers):
        node = self
        self.answers = answers

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                found = node.answers.get(self.path.split("?")[0])
                body = found if isinstance(found, bytes) else json.dumps(found).encode()
                self.send_response(200 if found is not None else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class LyingNodeCase(unittest.TestCase):
    BLOCK, NETWORK = "block", 1

    def setUp(self):
        self.cluster = Cluster()
        self.cluster.__enter__()
        self.addCleanup(self.cluster.clear)
        block, network, transactions = vectors(self.BLOCK), vectors("chain_specs")[self.NETWORK], vectors("transactions")
        ids = vectors("block")["transaction_ids"]
        opened, self.vote = [t for t in transactions if t["id"] in ids][:2]
        self.election, header = opened["id"], block["header"]
        names = opened["statement"]["candidates"]
        encodings = [bytes.fromhex(t["encoding"]) for t in block.get("transactions", transactions) if t["id"] in ids]
        self.seal = block["seal"]["encoding"] if "seal" in block else ""
        tip = {"id": header["id"], "height": 1, "time_ms": header["time_ms"]}
        self.answers = {
            "/v1/status": {"network": network["network_id"]},
            "/v1/spec": {"network": network["network_id"], "spec": json.loads(network["canonical"])},
            f"/v1/elections/{self.election}": {
                "title": opened["statement"]["title"], "closed_early": False, "enrolled": None, "votes": 1, "tip": tip,
                "candidates": [{"name": name, "votes": int(i == self.vote["statement"]["candidate"])}
                               for i, name in enumerate(names)]},
            "/v1/headers": {"headers": [header["encoding"] + self.seal], "tip": tip, "next": None},
            f"/v1/blocks/{header['id']}/encoded": {
                "block": base64.b64encode(bytes.fromhex(block["encoding"])).decode()},
            f"/v1/transactions/{self.vote['id']}": {
                "transaction": base64.b64encode(encodings[1]).decode(), "status": "confirmed",
                "proof": {"header": header["encoding"], "index": 1, "transaction_count": 3, "path": self.path(encodings)}},
        }
        self.proof = self.answers[f"/v1/transactions/{self.vote['id']}"]["proof"]
        if self.seal:
            self.proof["seal"] = self.seal
        self.header, self.block = header, block
        self.node = Node(self.answers)
        self.addCleanup(self.node.close)
        self.file = self.cluster.folder / "out"

    @staticmethod
    def path(encodings):
        sys.path.insert(0, str(ROOT / "proto-docs/vectors"))
        import check
        leaves = [check.leaf(encoding) for encoding in encodings]
        return [leaves[0].hex(), leaves[2].hex()]

    def export(self, *arguments):
        return self.cluster.admin("--node", self.node.url, "election", "export", self.election, "--out", self.file,
                                  *arguments, check=False)

    def receipt(self):
        return self.cluster.vote("--node", self.node.url, "receipt", self.vote["id"], "--out", self.file, check=False)

    def expect_nothing(self, done, *words):
        self.assertEqual(done.returncode, UNAVAILABLE, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertFalse(self.file.exists(), "nothing half is left behind")

    def expect_belief(self):
        for arguments in ((), ("--blocks",)):
            self.assertEqual(self.export(*arguments).returncode, 0)
            self.assertEqual(self.cluster.admin("election", "verify", self.file).returncode, 0)
            checked = subprocess.run([sys.executable, "-B", ROOT / "tests/audit/check_bundle.py", self.file],
                                     capture_output=True, text=True, check=False)
            self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(self.receipt().returncode, 0)
        self.assertIn("1 deep", self.cluster.vote("--node", self.node.url, "verify", self.file).stdout)
        self.file.unlink()


class LyingNode(LyingNodeCase):
    def test_an_honest_one_is_believed_after_checking(self):
        self.expect_belief()

    def test_seals_on_an_open_network_end_it(self):
        seal = vectors("sealed_block")["seal"]["encoding"]
        self.answers["/v1/headers"]["headers"] = [self.header["encoding"] + seal]
        self.expect_nothing(self.export(), "96 bytes and no seal")
        self.proof["seal"] = seal
        self.expect_nothing(self.receipt(), "lists no miners")

    def test_a_wrong_tally_is_written_as_claimed_and_found_by_the_recount(self):
        self.answers[f"/v1/elections/{self.election}"]["candidates"][0]["votes"] += 1
        self.assertEqual(self.export().returncode, 0)
        done = self.cluster.admin("election", "verify", self.file, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong_tally", done.stderr)

    def test_headers_that_break_a_rule_end_the_export(self):
        unmined = self.header["encoding"][:-16] + "00" * 8
        orphan = self.header["encoding"][:24] + "11" * 32 + self.header["encoding"][88:]
        for page, words in (([unmined], ["breaks a rule"]), ([orphan], ["reorganised"]), ([], ["reorganised"]),
                            (["00"], ["headers"]), ([7], ["headers"]), ("x", ["headers"])):
            self.answers["/v1/headers"]["headers"] = page
            self.expect_nothing(self.export(), *words)

    def test_another_tip_than_the_tallys_ends_the_export(self):
        self.answers[f"/v1/elections/{self.election}"]["tip"]["id"] = "0" * 64
        self.expect_nothing(self.export(), "reorganised")

    def test_another_body_than_the_headers_ends_the_export(self):
        path = f"/v1/blocks/{self.header['id']}/encoded"
        empty = base64.b64encode(bytes.fromhex(self.header["encoding"]) + bytes(4)).decode()
        for body, word in ((empty, "another block"), ("!", "base64"), ("AAAA", "not understood"), (None, "not understood")):
            self.answers[path] = {"block": body}
            self.expect_nothing(self.export(), word)

    def test_answers_that_are_none_end_it(self):
        for path in list(self.answers):
            kept = self.answers[path]
            for answer in (b"", b"[]", b"{", b"[" * 100_000, b'"' + b"x" * 1_000_000 + b'"'):
                self.answers[path] = answer
                for done in (self.export(), self.receipt()):
                    self.assertIn(done.returncode, (0, UNAVAILABLE), done.stderr)
                self.file.unlink(missing_ok=True)
            self.answers[path] = kept

    def test_a_receipt_that_would_not_hold_is_not_written(self):
        proof = self.proof
        for name, value in (("index", 0), ("transaction_count", 2), ("path", []), ("header", "00"),
                            ("index", 2**32 + 1), ("path", ["x"])):
            kept, proof[name] = proof[name], value
            self.expect_nothing(self.receipt(), "not understood")
            proof[name] = kept
        del self.answers[f"/v1/transactions/{self.vote['id']}"]["proof"]
        self.expect_nothing(self.receipt(), "no block has")
        self.answers[f"/v1/transactions/{self.vote['id']}"] = {
            "status": "refused", "error": {"code": "election_closed", "message": "it is over"}}
        done = self.receipt()
        self.assertEqual(done.returncode, 1)
        self.assertIn("refused (election_closed)", done.stderr)

    def test_a_receipt_is_not_confirmed_by_another_chain(self):
        self.assertEqual(self.receipt().returncode, 0)
        headers = self.answers["/v1/headers"]

        def verify(word):
            done = self.cluster.vote("--node", self.node.url, "verify", self.file, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(word, done.stderr)

        headers["headers"] = [self.header["encoding"][:-2] + "ff"]
        verify("not_in_chain")
        headers["headers"], headers["tip"]["height"] = [], 0
        verify("above_chain")
        self.answers["/v1/status"]["network"] = "0" * 64
        verify("other_network")


class LyingNodeOfListedMiners(LyingNodeCase):
    BLOCK, NETWORK = "sealed_block", 2

    def test_an_honest_one_is_believed_after_checking(self):
        self.expect_belief()

    def test_seals_that_are_missing_or_wrong_end_the_export(self):
        header, another = self.header["encoding"], vectors("seals")[1]["encoding"][192:]
        stranger = vectors("transactions")[0]["author"] + self.seal[128:]
        for page, word in ((header, "224 bytes"), (header + self.seal[:-2], "224 bytes"), (header + another, "breaks a rule"),
                           (header + stranger, stranger[:128])):
            self.answers["/v1/headers"]["headers"] = [page]
            self.expect_nothing(self.export(), word, "not understood")

    def test_seals_that_are_missing_or_wrong_end_the_receipt(self):
        for seal, word in (("zz", "hexadecimal"), ("00", "128 bytes"), (vectors("seals")[1]["encoding"][192:], "seal"),
                           (7, "seal"), (None, "seal")):
            self.proof["seal"] = seal
            self.expect_nothing(self.receipt(), word, "not understood")
        del self.proof["seal"]
        self.expect_nothing(self.receipt(), "each header needs a seal")

    def test_a_receipt_is_found_under_another_listed_miners_seal(self):
        self.assertEqual(self.receipt().returncode, 0)
        other = vectors("seals")[1]["encoding"][192:]
        self.answers["/v1/headers"]["headers"] = [self.header["encoding"] + other]
        self.assertIn("1 deep", self.cluster.vote("--node", self.node.url, "verify", self.file).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
