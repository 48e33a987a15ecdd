"""The second auditor against the published vectors: its arithmetic, its reader, and a bundle made of them."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import check_bundle  # noqa: E402
import p256  # noqa: E402
import reading  # noqa: E402

TRANSACTIONS = json.loads((ROOT / "proto-docs/vectors/transactions.json").read_text())


class Auditor(unittest.TestCase):
    def test_verifies_signatures_and_nothing_else(self):
        for entry in TRANSACTIONS:
            key, digest = bytes.fromhex(entry["author"]), bytes.fromhex(entry["digest"])
            signature = bytes.fromhex(entry["signature"])
            high_s = signature[:32] + (p256.N - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
            for signs_often in (False, True):
                self.assertTrue(p256.verify(key, digest, signature, signs_often))
                self.assertFalse(p256.verify(key, digest[::-1], signature, signs_often))
            self.assertTrue(check_bundle.openssl_verifies(key, digest, signature))
            self.assertFalse(p256.verify(key, digest, high_s), "the other form of it")
            self.assertFalse(check_bundle.openssl_verifies(key, digest[::-1], signature))
            self.assertFalse(p256.verify(key[::-1], digest, signature), "no point of the curve")
            self.assertFalse(p256.verify(key, digest, bytes(64)))

    def test_reads_canonical_encodings_only(self):
        for entry in TRANSACTIONS:
            data = bytes.fromhex(entry["encoding"])
            read = reading.Transaction(data)
            self.assertEqual((read.id.hex(), read.kind), (entry["id"], entry["statement"]["kind"]))
            for bad in (data + b"\0", data[:-1], b"\x09" + data[1:], b""):
                with self.assertRaises(reading.Bad):
                    reading.Transaction(bad)

    def test_recounts_the_vectors_bundles(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", ROOT / "fuzz/seeds", folder], check=True)
            counted = 0
            for path in sorted(pathlib.Path(folder, "fuzz_bundle").iterdir()):
                lines = path.read_bytes().splitlines(keepends=True)
                if b'"bundle"' not in lines[0]:
                    continue
                recount = check_bundle.Recount(openssl=1)
                for line in lines:
                    recount.take(line)
                self.assertEqual(recount.end["votes"], 1)
                counted += 1
        self.assertEqual(counted, 4, "with blocks and without, of an open network and of one that lists its miners")


if __name__ == "__main__":
    unittest.main(verbosity=2)
