#!/usr/bin/env python3
"""The real bootstrap-server on loopback, as its clients and operators see it.

    bootstrap_server_test.py PROGRAM
"""
import json
import os
import pathlib
import resource
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
    def __init__(self, folder, *options, port=None, descriptors=None):
        self.port = port or free_port()
        self.http = free_port()
        self.process = subprocess.Popen(
            [PROGRAM, "--listen", f"127.0.0.1:{self.port}", "--http", f"127.0.0.1:{self.http}", "--data-dir", str(folder),
             *options], stderr=subprocess.PIPE, text=True,
            preexec_fn=descriptors and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))))
        said = ""
        while "listening on" not in said:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError(said)
            said += line

    def connect(self):
        return Client(self.port)

    def ask(self, request):
        with self.connect() as client:
            client.send(request)
            return client.line()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=PATIENCE) as response:
            return json.load(response)

    def logged(self, text):
        """The next line of the log with this in it."""
        for line in self.process.stderr:
            if text in line:
                return line
        raise RuntimeError(f"never said: {text}")

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

    def test_an_admin_key_is_made_once_and_kept(self):
        self.start().end(signal.SIGTERM)
        key = self.folder / "admin.pem"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        pem = key.read_bytes()
        self.assertIn(b"PRIVATE KEY", pem)
        self.start().end(signal.SIGTERM)
        self.assertEqual(key.read_bytes(), pem)
        key.write_bytes(b"none")
        code, said = self.fails("--listen", f"127.0.0.1:{free_port()}", "--data-dir", self.folder)
        self.assertEqual(code, 78, said)
        self.assertIn("admin.pem", said)

    def test_admin_keys_and_other_servers_are_checked(self):
        for option, value in (("--admin-key", "beef"), ("--admin-key", "00" * 64), ("--others", "nowhere")):
            code, said = self.fails(option, value)
            self.assertEqual(code, 64, said)
            self.assertIn(option, said)
        others = ["192.0.2.8:4000", "[2001:db8::1]:4000"]
        server = self.start("--others", others[0], "--others", others[1])
        self.assertEqual(server.ask(native("REGISTER", address="192.0.2.7:3000"))["payload"]["others"], others)

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

    def test_sigterm_during_the_start_exits_0(self):
        for _ in range(5):
            port = free_port()
            process = subprocess.Popen([PROGRAM, "--listen", f"127.0.0.1:{port}", "--http", "off", "--data-dir",
                                        str(self.folder)], stderr=subprocess.DEVNULL)
            with process:
                while True:  # the port comes before the database
                    try:
                        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
                        break
                    except ConnectionRefusedError:
                        self.assertIsNone(process.poll())
                process.send_signal(signal.SIGTERM)
                self.assertEqual(process.wait(PATIENCE), 0)

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

    def test_sighup_applies_what_it_can_and_names_what_it_cannot(self):
        settings = self.folder.parent / "server.ini"
        settings.write_text("ttl = 120\n")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(self.folder.parent / "notify"))
            manager.settimeout(PATIENCE)
            os.environ["NOTIFY_SOCKET"] = str(self.folder.parent / "notify")
            self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
            server = self.start("--config", str(settings))
            with_manager = b"READY=1" in self.notified(manager)
            register = native("REGISTER", address="192.0.2.7:3000")
            self.assertEqual(server.ask(register)["payload"]["ttl_seconds"], 120)
            with server.connect() as denied:
                denied.send(native("PING"))
                self.assertEqual(denied.line()["type"], "PONG")

                settings.write_text("ttl = 60\nlog-format = json\n")
                server.process.send_signal(signal.SIGHUP)
                self.assertEqual(json.loads(server.logged("read again"))["level"], "info")
                if with_manager:
                    self.assertRegex(self.notified(manager), rb"^RELOADING=1\nMONOTONIC_USEC=[0-9]+$")
                    self.assertIn(b"READY=1", self.notified(manager))
                self.assertEqual(server.ask(register)["payload"]["ttl_seconds"], 60)

                settings.write_text("ttl = 30\ndeny = 127.0.0.1/8\n")
                server.process.send_signal(signal.SIGHUP)
                refused = json.loads(server.logged("stays as it was"))
                self.assertEqual(refused["level"], "error")
                self.assertIn("deny in " + str(settings), refused["message"])
                self.assertEqual(server.ask(register)["payload"]["ttl_seconds"], 60, "nothing of it is applied")

                settings.write_text("deny = 127.0.0.0/8\n")
                server.process.send_signal(signal.SIGHUP)
                server.logged("read again")
                self.assertEqual(denied.line(), "", "who is denied from now on is disconnected")
            try:
                answer = server.ask(native("PING"))
            except ConnectionError:
                answer = ""
            self.assertEqual(answer, "")

            settings.write_text("")
            server.process.send_signal(signal.SIGHUP)
            server.logged("read again")
            self.assertEqual(server.ask(native("PING"))["type"], "PONG")
            self.assertEqual(server.end(signal.SIGTERM), 0)

    def test_too_few_descriptors_are_named_and_advice_given(self):
        limit = 1000
        settings = self.folder.parent / "server.ini"
        settings.write_text("max-connections = 100\n")
        server = self.start("--config", str(settings), descriptors=limit)
        settings.write_text("max-connections = 10000\n")
        server.process.send_signal(signal.SIGHUP)
        warning = server.logged("limit of open files")
        self.assertRegex(warning, r"warning +at most 500 connections instead of 10000: .*LimitNOFILE")

    def test_a_change_that_takes_a_restart_is_named(self):
        settings = self.folder.parent / "server.ini"
        settings.write_text(f"data-dir = {self.folder}\nhttp = off\nlisten = 127.0.0.1:{free_port()}\n")
        process = subprocess.Popen([PROGRAM, "--config", str(settings)], stderr=subprocess.PIPE, text=True)
        with process, process.stderr:
            self.assertIn("listening on", process.stderr.readline())
            settings.write_text(f"data-dir = {self.folder}-2\nhttp = 127.0.0.1:1\nlisten = 127.0.0.1:2\n")
            process.send_signal(signal.SIGHUP)
            for name in ("--listen", "--http", "--data-dir"):
                self.assertRegex(process.stderr.readline(), f"warning.* {name} takes a restart")
            self.assertIn("read again", process.stderr.readline())
            process.send_signal(signal.SIGTERM)
            self.assertIn("shutting down", process.stderr.readline())
            self.assertEqual(process.wait(PATIENCE), 0)

    def notified(self, manager):
        try:
            return manager.recv(4096)
        except TimeoutError:
            return b""

    def test_options_that_do_not_fit_end_with_64(self):
        self.assertEqual(self.fails("--ttl", "0")[0], 64)
        self.assertEqual(self.fails("--listen", "4000")[0], 64)
        self.assertEqual(self.fails("--colour", "red")[0], 64)
        code, text = self.fails("--rate-register", "5")
        self.assertEqual(code, 64)
        self.assertIn("--rate-register", text)
        self.assertEqual(self.fails("--deny", "127.0.0.1/8")[0], 64)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
