"""One connection to a bootstrap server, as bytes and lines: for cases that care about every byte. Stands beside the
clients that the project ships, so that a mistake of theirs does not hide one of the server's."""
import hashlib
import json
import socket

from p256 import Key

PATIENCE = 20  # seconds until a wait that should end counts as failed
PING, PONG = b'{"type":"PING","payload":{}}\n', b'{"type":"PONG","payload":{}}\n'


def native(kind, **payload):
    return json.dumps({"type": kind, "payload": payload}, separators=(",", ":")).encode() + b"\n"


def signed(kind, key, sequence, address, network=""):
    """A REGISTER without status, or a REMOVE, with the authorization proto-docs/bootstrap.md describes."""
    body = len(address).to_bytes(4, "little") + address.encode() + key.public + sequence.to_bytes(8, "little")
    if kind == "REGISTER":
        body += b"\x00"
    domain = f"suara.{kind.lower()}".encode()
    digest = hashlib.sha256(domain + b"\x00" + (bytes.fromhex(network) or bytes(32)) + body).digest()
    return native(kind, address=address, network=network, public_key=key.public.hex(), sequence=sequence,
                  signature=key.sign(digest).hex())


class Connection:
    def __init__(self, port, host="127.0.0.1", source="", receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.bind((source, 0))
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def read(self, size):
        """That many bytes, fewer when the server closes before."""
        while len(self.unread) < size and self._receive():
            pass
        data, self.unread = self.unread[:size], self.unread[size:]
        return data

    def line(self):
        """With its newline; what is left when the server closes."""
        while b"\n" not in self.unread and self._receive():
            pass
        line, newline, self.unread = self.unread.partition(b"\n")
        return line + newline

    def ask(self, request):
        """The next line as JSON."""
        self.send(request)
        return json.loads(self.line())

    def _receive(self):
        piece = self.socket.recv(65536)
        self.unread += piece
        return piece


class Listener:
    """Somebody who can be dialled."""

    def __init__(self, host="127.0.0.1"):
        self.socket = socket.create_server((host, 0))
        self.socket.settimeout(PATIENCE)
        self.address = "%s:%d" % (host, self.socket.getsockname()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def dialled(self):
        """All that the next connection brings."""
        with self.socket.accept()[0] as connection, connection.makefile("rb") as file:
            connection.settimeout(PATIENCE)
            return file.read()


__all__ = ["Connection", "Key", "Listener", "PATIENCE", "PING", "PONG", "native", "signed"]
