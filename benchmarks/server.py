"""Servers that benchmarks start as real processes on loopback."""
import contextlib
import http.client
import pathlib
import random
import signal
import socket
import subprocess
import time

HERE = "127.0.0.1"
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.005


def free_port():
    """Below those that connections are given, of which a run uses tens of thousands."""
    while True:
        port = random.randrange(10_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((HERE, port))
            return port


class Process:
    """A server, started when entered and ended when left."""

    def __init__(self, name, arguments, port, log):
        self.name, self.arguments, self.port, self.log = name, arguments, port, log
        self.ready_after = None  # seconds from its start

    def __enter__(self):
        with open(self.log, "ab") as log:
            started = time.monotonic()
            self.process = subprocess.Popen([str(a) for a in self.arguments], stdout=log, stderr=log)
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > started + _PATIENCE_SECONDS:
                self.process.kill()
                raise SystemExit(f"{self.name} did not start:\n" + pathlib.Path(self.log).read_text(errors="replace")[-2000:])
            time.sleep(_POLL_SECONDS)
        self.ready_after = time.monotonic() - started
        return self

    def is_ready(self):
        """It takes connections."""
        with contextlib.suppress(OSError), socket.create_connection((HERE, self.port), 1):
            return True
        return False

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def resident_mb(self, field="VmRSS"):
        """Now; VmHWM: the most there ever was."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise SystemExit(f"{self.name} is gone")


class HttpProcess(Process):
    """One that says over HTTP, on `port`, when it is ready."""

    def is_ready(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz") is not None
        return False

    def get(self, path):
        """The body of a 200."""
        connection = http.client.HTTPConnection(HERE, self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            return body if response.status == 200 else None
        finally:
            connection.close()
