"""Programs written from the book against the real bootstrap-server: every row of the conformance table, byte for byte,
however TCP cuts and joins the requests, and every notice at a real listener."""
import base64
import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))
import classic_table  # noqa: E402
from case import ClusterCase  # noqa: E402
from classic_table import with_sorted_lists  # noqa: E402
from cluster import free_port  # noqa: E402
from directory_client import PATIENCE, PING, PONG, Connection, Listener  # noqa: E402

GET = b'{"type":"GET_PEERS"}\n'
ADDRESSES = (b"localhost:3000", b"localhost:3001", b"LocalHost:3000", b"127.0.0.1:9")


class Classic(ClusterCase):
    def setUp(self):
        super().setUp()
        self.server = self.cluster.start_bootstrap()
        self.other = self.connect()

    def connect(self):
        connection = Connection(self.server.port)
        self.addCleanup(connection.socket.close)
        return connection

    def ask(self, request):
        """On a connection of its own: the line that comes back, nothing when the server just closes."""
        with Connection(self.server.port) as connection:
            connection.send(request)
            return connection.line()

    def let_the_server_read(self):
        """Its one thread takes what is there in the order it came: after this answer, what was sent before is read."""
        self.other.send(PING)
        self.assertEqual(self.other.line(), PONG)

    def forget(self):
        for address in ADDRESSES:
            self.ask(b'{"type":"REMOVE","payload":"%s"}' % address)
        self.assertEqual(self.ask(GET), b"[]\n")

    def expect(self, row, pieces, how):
        with self.subTest(row=row.name, how=how):
            for request in row.before:
                self.ask(request)
            with Connection(self.server.port) as client:
                for number, piece in enumerate(pieces):
                    if number > 0:
                        self.let_the_server_read()
                    client.send(piece)
                reply = client.read(len(row.reply))
                self.assertEqual(with_sorted_lists(reply), with_sorted_lists(row.reply))
                if row.closes:
                    self.assertEqual(client.read(1), b"")
                else:
                    client.send(PING)
                    self.assertEqual(client.line(), PONG)
            self.assertEqual(with_sorted_lists(self.ask(GET)), with_sorted_lists(row.peers))
            self.forget()

    def test_every_row_split_at_every_byte(self):
        for row in classic_table.rows():
            if not row.request:
                continue
            self.expect(row, [row.request], "whole")
            for at in range(1, len(row.request)):
                self.expect(row, [row.request[:at], row.request[at:]], f"split at {at}")
            self.expect(row, [bytes([byte]) for byte in row.request], "byte by byte")

    def test_requests_joined_in_one_write_are_answered_like_requests_one_by_one(self):
        rows = [row for row in classic_table.rows() if row.request and not row.closes]
        one_by_one, joined = b"", b"".join(row.request for row in rows)
        with Connection(self.server.port) as client:
            for row in rows:
                client.send(row.request)
                one_by_one += b"".join(client.line() for _ in range(row.reply.count(b"\n")))
        self.forget()
        with Connection(self.server.port) as client:
            client.send(joined)
            self.assertEqual(with_sorted_lists(client.read(len(one_by_one))), with_sorted_lists(one_by_one))
            client.send(PING)
            self.assertEqual(client.line(), PONG, "and nothing else")

    def test_every_notice_at_a_real_listener(self):
        for name in [row.name for row in classic_table.rows() if row.receiver]:
            with self.subTest(row=name), Listener() as listener:
                row = next(row for row in classic_table.rows(listener.address) if row.name == name)
                self.ask(row.receiver)
                for request in row.before:
                    self.ask(request)
                    self.assertIn(b"new_peer_joined", listener.dialled(), "the first connection is a notice, not empty")
                self.ask(row.event)
                self.assertEqual(listener.dialled(), row.notice)
                self.ask(b'{"type":"REMOVE","payload":"%s"}' % listener.address.encode())
                self.forget()

    def test_keys_of_any_bytes_come_back_as_they_were(self):
        for value in range(256):
            with self.subTest(byte=value):
                key = b"x" + bytes([value]) + b"x"
                inner = b'{"address":"localhost:3000","publicKey":"' + key + b'"}'
                self.ask(b'{"type":"REGISTER","payload":"%s"}\n' % base64.b64encode(inner))
                # Latin-1: a character for each byte, as the list's own JSON escapes are undone.
                self.assertEqual(json.loads(self.ask(GET).decode("latin-1"))[0]["publicKey"].encode("latin-1"), key)
                self.ask(b'{"type":"REMOVE","payload":"localhost:3000"}')


class Unreachable(ClusterCase):
    def test_a_classic_peer_that_cannot_be_reached_is_taken_out_and_others_hear_of_it(self):
        server = self.cluster.start_bootstrap("--ttl", "1")
        witness = Listener()
        self.addCleanup(witness.socket.close)
        with Listener() as gone:
            pass  # nobody listens there any more
        for address in (witness.address, gone.address):
            with Connection(server.port) as client:
                client.send(b'{"type":"REGISTER","payload":"%s"}' % address.encode())
                self.assertEqual(client.line(), b"Peer registered successfully\n")
        # Between the notices it may be dialled only to see whether it is there.
        deadline = time.monotonic() + PATIENCE
        received = []
        while b"shutdown_peer" not in b"".join(received) and time.monotonic() < deadline:
            received.append(witness.dialled())
        self.assertEqual([line for line in received if line],
                         [classic_table.bytes_of(text, gone.address) for text in (
                             '{"type":"new_peer_joined","data":"<base64 of RECEIVER>"}\\n',
                             '{"type":"shutdown_peer","data":"<base64 of RECEIVER>"}\\n')])
        with Connection(server.port) as client:
            client.send(GET)
            self.assertEqual(client.line(), b'[{"address":"%s"}]\n' % witness.address.encode())


class Port(ClusterCase):
    def test_bootstrap_port_is_honoured(self):
        server = self.cluster.start_bootstrap()
        server.stop()
        port = free_port(self.cluster.taken)
        at = server.arguments.index("--listen")
        server.arguments = ["env", f"BOOTSTRAP_PORT={port}", *server.arguments[:at], *server.arguments[at + 2:]]
        server.start()
        self.cluster.wait(server.answers, "the bootstrap server listens", 10)
        with Connection(port) as client:
            client.send(GET)
            self.assertEqual(client.line(), b"[]\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
