"""Transactions as proto-docs/encoding.md says, written a second time: what a client in another language would do."""
import base64
import hashlib
import struct

from p256 import Key

DEV_ORGANISER = Key.from_seed(b"suara dev organiser")


def sized(text):
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def open_election(title, candidates, opens_at_ms, closes_at_ms, roll=False):
    return 1, (sized(title) + struct.pack("<I", len(candidates)) + b"".join(map(sized, candidates)) +
               struct.pack("<BQQ", roll, opens_at_ms, closes_at_ms))


def close_election(election):
    return 4, bytes.fromhex(election)


def cast_vote(election, candidate):
    return 5, bytes.fromhex(election) + struct.pack("<H", candidate)


def record(nonce, text):
    return 6, struct.pack("<Q", nonce) + sized(text)


def body(key, statement):
    kind, fields = statement
    return bytes([kind]) + key.public + fields


def transaction_id(key, statement):
    return hashlib.sha256(body(key, statement)).hexdigest()


def signed(key, network, statement, **how):
    """The transaction in base64, ready to be posted."""
    content = body(key, statement)
    digest = hashlib.sha256(b"suara.transaction\0" + bytes.fromhex(network) + content).digest()
    return base64.b64encode(content + key.sign(digest, **how)).decode()
