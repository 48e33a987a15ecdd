#!/usr/bin/env python3
"""The real bootstrap-server on loopback, as its clients and operators see it.

    bootstrap_server_test.py PROGRAM
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

PROGRAM = None
PATIENCE = 20  # seconds until a wait that should end counts as failed


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, folder, *options, port=None):
        self.port = port or free_port()
        self.http = free_port()
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", f"127.0.0.1:{self.port}", "--http", f"127.0.0.1:{self.http}", "--data-dir", str(folder),
             *options], stderr=subprocess.PIPE, text=True)
        first = self.process.stderr.readline()
        if "listening on" not in first:
            raise RuntimeError(first)

    def connect(self):
        return Client(self.port)

    def ask(self, request):
        with self.connect() as client:
            client.send(request)
            return client.line()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=PATIENCE) as response:
            return json.load(response)

    def end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process.stderr.close()
        return code


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, request):
        if isinstance(request, dict):
            request = json.dumps(request) + "\n"
        self.socket.sendall(request.encode())

    def line(self):
        text = self.file.readline().decode()
        return json.loads(text) if text.startswith("{") else text


def native(kind, **payload):
    return {"type": kind, "payload": payload}


class BootstrapServer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "data"

    def start(self, *options, **more):
        server = Server(self.folder, *options, **more)
        self.addCleanup(lambda: server.process.poll() is None and server.end(signal.SIGKILL))
        return server

    def fails(self, *options):
        done = subprocess.run([PROGRAM, "--http", "off", *options], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.returncode, done.stderr

    def test_what_was_acknowledged_survives_being_killed(self):
        server = self.start()
        for i in range(50):
            self.assertEqual(server.ask(native("REGISTER", address=f"192.0.2.7:{3000 + i}"))["type"], "REGISTERED")
        server.end(signal.SIGKILL)
        peers = self.start().ask(native("GET_PEERS", network=""))["payload"]["peers"]
        self.assertEqual({p["address"] for p in peers}, {f"192.0.2.7:{3000 + i}" for i in range(50)})

    def test_subscriber_hears_of_others_and_resumes(self):
        server = self.start()
        with server.connect() as subscriber:
            subscriber.send(native("SUBSCRIBE", network=""))
            self.assertEqual(subscriber.line()["type"], "SUBSCRIBED")
            server.ask(native("REGISTER", address="192.0.2.7:3000"))
            joined = subscriber.line()
        self.assertEqual((joined["type"], joined["payload"]["address"]), ("PEER_JOINED", "192.0.2.7:3000"))
        server.ask(native("REMOVE", address="192.0.2.7:3000"))
        self.assertEqual(server.end(signal.SIGTERM), 0)
        with self.start().connect() as subscriber:
            subscriber.send(native("SUBSCRIBE", network="", since=joined["payload"]["revision"]))
            self.assertFalse(subscriber.line()["payload"]["reset"])
            self.assertEqual(subscriber.line()["payload"]["reason"], "removed")

    def test_classic_peers_are_dialled(self):
        server = self.start()
        with socket.create_server(("127.0.0.1", 0)) as peer:
            peer.settimeout(PATIENCE)
            address = "localhost:%d" % peer.getsockname()[1]
            self.assertEqual(server.ask('{"type":"REGISTER","payload":"%s"}' % address), "Peer registered successfully\n")
            with server.connect() as v0:
                v0.send('{"address":"192.0.2.7:3000"}')
                self.assertEqual(v0.line(), "", "v0 gets no answer and is closed")
            with peer.accept()[0] as dialled, dialled.makefile() as notice:
                self.assertEqual(notice.read(), '{"type":"new_peer_joined","data":"MTkyLjAuMi43OjMwMDA="}\n')

    def test_a_client_that_shuts_its_side_down_is_answered(self):
        with self.start().connect() as client:
            client.send('{"type":"REGISTER","payload":"localhost:3000"}')
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(client.line(), "Peer registered successfully\n")
            self.assertEqual(client.line(), "")

    def test_sigterm_answers_what_was_asked_and_exits_0(self):
        server = self.start()
        with server.connect() as idle, server.connect() as busy:
            busy.send(native("REGISTER", address="192.0.2.7:3000"))
            self.assertEqual(busy.line()["type"], "REGISTERED")
            self.assertEqual(server.end(signal.SIGTERM), 0)
            self.assertEqual(idle.line(), "")

    def test_http_shows_the_directory(self):
        server = self.start()
        network = "5f" * 32
        for i in range(3):
            server.ask(native("REGISTER", address=f"192.0.2.7:{3000 + i}", network=network))
        page = server.get(f"/v1/peers?network={network}&limit=2")
        self.assertEqual(len(page["peers"]), 2)
        rest = server.get(f"/v1/peers?network={network}&limit=2&after={page['next']}")
        self.assertEqual(len(rest["peers"]), 1)
        self.assertIsNone(rest["next"])
        self.assertEqual(server.get("/v1/stats")["peers"], 3)
        for path, code in (("/v1/peers?limit=0", 400), ("/v1/peers?colour=red", 400), ("/v2", 404)):
            with self.assertRaises(urllib.error.HTTPError) as failure:
                server.get(path)
            self.assertEqual(failure.exception.code, code)
            self.assertIn("code", json.load(failure.exception)["error"])
            failure.exception.close()

    def test_a_port_in_use_is_named_and_nothing_is_touched(self):
        server = self.start()
        other = self.folder.parent / "other"
        code, text = self.fails("--listen", f"127.0.0.1:{server.port}", "--data-dir", str(other))
        self.assertEqual(code, 69)
        self.assertIn(str(server.port), text)
        self.assertFalse(other.exists())

    def test_a_database_in_use_is_refused(self):
        self.start()
        code, _ = self.fails("--listen", f"127.0.0.1:{free_port()}", "--data-dir", str(self.folder))
        self.assertEqual(code, 69)

    def test_an_unwritable_folder_is_named(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        self.folder.parent.chmod(0o500)
        self.addCleanup(self.folder.parent.chmod, 0o700)
        code, text = self.fails("--listen", f"127.0.0.1:{free_port()}", "--data-dir", str(self.folder))
        self.assertEqual(code, 77)
        self.assertIn(str(self.folder), text)

    def test_options_that_do_not_fit_end_with_64(self):
        self.assertEqual(self.fails("--ttl", "0")[0], 64)
        self.assertEqual(self.fails("--listen", "4000")[0], 64)
        self.assertEqual(self.fails("--colour", "red")[0], 64)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
