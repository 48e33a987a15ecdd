"""A peer as proto-docs/peer.md says, written a second time: one that does what the project's own node would not."""
import base64
import hashlib
import json
import secrets
import struct

from directory_client import Connection, native
from p256 import Key


def digest(domain, network, body):
    return hashlib.sha256(domain + b"\x00" + bytes.fromhex(network) + body).digest()


def header(height, previous, time_ms, bits):
    """The header of an empty block with its work done; low difficulties only."""
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa << 8 * (size - 3)
    fixed = (struct.pack("<IQ", 1, height) + bytes.fromhex(previous) + hashlib.sha256(b"").digest()
             + struct.pack("<QI", time_ms, bits))
    nonce = 0
    while int.from_bytes(hashlib.sha256(fixed + struct.pack("<Q", nonce)).digest(), "big") >= target:
        nonce += 1
    return fixed + struct.pack("<Q", nonce)


def sealed(header_bytes, network, key, claims=None):
    """The header with this key's seal, or with one that claims to be another key's."""
    signature = key.sign(digest(b"suara.seal", network, hashlib.sha256(header_bytes).digest()))
    return header_bytes + (claims or key.public) + signature


class Peer:
    """A connection that this side dialed, its handshake done."""

    def __init__(self, port, network):
        self.connection = Connection(port)
        key, nonce = Key(), secrets.token_bytes(32)
        theirs = self.connection.ask(native("hello", versions=[1], network=network, node_key=key.public.hex(),
                                            nonce=nonce.hex(), height=0, work="00" * 32, agent="test"))["payload"]
        proof = b"\x00" + nonce + bytes.fromhex(theirs["nonce"]) + bytes.fromhex(theirs["node_key"])
        self.say("hello_proof", signature=key.sign(digest(b"suara.hello", network, proof)).hex())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.__exit__()

    def say(self, kind, **payload):
        self.connection.send(native(kind, **payload))

    def send_headers(self, headers):
        self.say("headers", headers=base64.b64encode(b"".join(headers)).decode())

    def last_words(self):
        """What the node said last before it closed the connection."""
        last = None
        while line := self.connection.line():
            last = json.loads(line)
        return last
