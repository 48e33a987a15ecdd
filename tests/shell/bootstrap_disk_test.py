#!/usr/bin/env python3
"""The real bootstrap-server on disks that are full or damaged.

    bootstrap_disk_test.py PROGRAM
"""
import contextlib
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import bootstrap_server_test as real
from bootstrap_server_test import PATIENCE, Server, free_port, native


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("gave up waiting until " + what)
        time.sleep(0.05)


def contents(folder):
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.parent = pathlib.Path(folder.name)
        self.folder = self.parent / "data"

    def start(self, *options):
        server = Server(self.folder, *options)
        self.addCleanup(lambda: server.process.poll() is None and server.end(signal.SIGKILL))
        return server

    def fails(self, *options):
        done = subprocess.run([real.PROGRAM, "--http", "off", "--listen", f"127.0.0.1:{free_port()}", "--data-dir",
                               str(self.folder), *options], capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stderr

    def register(self, server, first, count):
        """What was acknowledged, until the first error."""
        acknowledged = set()
        with server.connect() as client:
            for i in range(first, first + count):
                address = f"192.0.2.{1 + i // 60000}:{1 + i % 60000}"
                client.send(native("REGISTER", address=address))
                answer = client.line()
                if answer["type"] != "REGISTERED":
                    return acknowledged, answer
                acknowledged.add(address)
        return acknowledged, None

    def listed(self, server):
        found, after = set(), ""
        while after is not None:
            page = server.ask(native("GET_PEERS", network="", limit=1000, after=after))["payload"]
            found |= {peer["address"] for peer in page["peers"]}
            after = page.get("next")
        return found


class FullDisk(Folder):
    def setUp(self):
        super().setUp()
        disk = self.parent / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("not allowed to mount a file system")
        self.addCleanup(subprocess.run, ["umount", "--lazy", str(disk)], check=True)
        self.folder = disk / "data"
        self.filling = disk / "filling"

    def fill(self):
        with open(self.filling, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    def test_registrations_are_refused_and_resume_and_nothing_acknowledged_is_lost(self):
        server = self.start()
        acknowledged, error = self.register(server, 0, 50)
        self.assertIsNone(error)
        self.fill()
        more, error = self.register(server, 100, 10_000)
        acknowledged |= more
        self.assertEqual(error["payload"]["code"], "disk_full")
        self.assertEqual(self.register(server, 20_000, 1)[1]["payload"]["code"], "disk_full")
        self.assertEqual(server.ask('{"type":"REGISTER","payload":"localhost:3000"}')["payload"]["code"], "disk_full")
        self.assertEqual(server.ask(native("REMOVE", address="192.0.2.1:1"))["payload"]["code"], "disk_full")
        self.assertEqual(self.listed(server), acknowledged)
        self.assertTrue(server.get("/v1/stats")["disk_full"])

        self.filling.unlink()
        wait_until(lambda: not server.get("/v1/stats")["disk_full"], "there is room")
        more, error = self.register(server, 30_000, 50)
        self.assertIsNone(error)
        acknowledged |= more
        server.end(signal.SIGKILL)
        self.assertLessEqual(acknowledged, self.listed(self.start()))

    def test_killed_while_full(self):
        server = self.start()
        acknowledged, _ = self.register(server, 0, 50)
        self.fill()
        acknowledged |= self.register(server, 100, 10_000)[0]
        server.end(signal.SIGKILL)
        code, text = self.fails()
        self.assertEqual(code, 74)
        self.assertIn("disk is too full", text)
        self.filling.unlink()
        self.assertLessEqual(acknowledged, self.listed(self.start()))

    def test_ends_when_asked_to_while_full(self):
        server = self.start()
        self.fill()
        self.register(server, 0, 10_000)
        self.assertEqual(server.end(signal.SIGTERM), 0)


class Damage(Folder):
    def setUp(self):
        super().setUp()
        server = self.start()
        self.acknowledged, _ = self.register(server, 0, 200)
        server.end(signal.SIGTERM)
        self.key = (self.folder / "admin.pem").read_text()

    def one(self, pattern):
        """The largest of the files."""
        return max(self.folder.glob(pattern), key=lambda path: path.stat().st_size)

    def overwrite(self, path, offset, size):
        with open(path, "r+b") as file:
            file.seek(offset)
            file.write(b"#" * size)

    def check_refused_and_repaired(self):
        before = contents(self.folder)
        code, text = self.fails()
        self.assertEqual(code, 74)
        self.assertEqual(len(text.splitlines()), 1, text)
        for word in (str(self.folder), "damaged", "--repair"):
            self.assertIn(word, text)
        self.assertEqual(contents(self.folder), before)
        self.check_repaired(before)

    def check_repaired(self, before):
        server = self.start("--repair")
        self.assertEqual(self.listed(server), set())
        aside, = self.folder.glob("damaged-*")
        del before["admin.pem"], before["LOCK"]
        self.assertEqual(contents(aside), before)
        self.assertEqual((self.folder / "admin.pem").read_text(), self.key)
        more, _ = self.register(server, 0, 5)
        server.end(signal.SIGTERM)
        self.assertEqual(self.listed(self.start()), more)

    def test_of_the_manifest(self):
        path = self.one("MANIFEST-*")
        self.overwrite(path, path.stat().st_size // 2, 16)
        self.check_refused_and_repaired()

    def test_of_a_log(self):
        path = self.one("*.log")
        self.overwrite(path, path.stat().st_size // 2, 200)
        self.check_refused_and_repaired()

    def test_of_missing_files(self):
        (self.folder / "CURRENT").unlink()
        self.check_refused_and_repaired()

    def test_of_a_table_ends_the_server_where_it_is_read(self):
        self.start().end(signal.SIGTERM)  # turns the log into tables
        self.overwrite(self.one("*.sst"), 64, 64)
        server = self.start()
        with server.connect() as client:
            client.send(native("GET_PEERS", network=""))
            self.assertEqual(client.line(), "")
        text = server.process.stderr.read()
        self.assertEqual(server.process.wait(PATIENCE), 74)
        server.process.stderr.close()
        for word in ("damaged", "--repair"):
            self.assertIn(word, text)
        self.check_repaired(contents(self.folder))

    def test_a_sound_database_is_opened_by_repair(self):
        self.assertEqual(self.listed(self.start("--repair")), self.acknowledged)
        self.assertEqual(list(self.folder.glob("damaged-*")), [])

    def test_a_newer_format_is_refused_and_left_alone(self):
        path = self.one("*.log")
        log = bytearray(path.read_bytes())
        row = b"format_version\x01"
        size = int.from_bytes(log[4:6], "little")  # the first record of the log: CRC, length, type, data
        at = log.index(row, 7, 7 + size) + len(row)
        log[at:at + 1] = b"9"
        crc = crc32c(log[6:7 + size])
        log[0:4] = ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8 & 0xFFFFFFFF).to_bytes(4, "little")
        path.write_bytes(log)
        before = contents(self.folder)
        for options in ((), ("--repair",)):
            code, text = self.fails(*options)
            self.assertEqual(code, 78, text)
            self.assertIn("newer release", text)
            self.assertEqual(contents(self.folder), before)


if __name__ == "__main__":
    real.PROGRAM = sys.argv.pop(1)
    unittest.main()
