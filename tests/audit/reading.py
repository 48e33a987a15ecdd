"""Reads canonical encodings (proto-docs/encoding.md) strictly: bytes that the document would not produce are refused."""
import hashlib

ONE_LINE_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)}
MAX_TEXT_BYTES, MAX_ITEMS, MAX_RECORD_BYTES, MAX_TRANSACTION_BYTES, MAX_TRANSACTIONS = 256, 1000, 65536, 330_000, 20_000


class Bad(Exception):
    """A violated rule by its name in the documents, and where."""

    def __init__(self, name, detail=""):
        super().__init__(name, detail)
        self.name, self.detail = name, detail


def text_problem(data, lines=False):
    """None for what rules.md calls well-formed text: one line, or with tabs and line feeds."""
    try:
        value = data.decode("utf-8")
    except UnicodeDecodeError:
        return "no UTF-8"
    if not value:
        return "empty"
    allowed = {0x09, 0x0A} if lines else set()
    return "a control character" if any(ord(c) in ONE_LINE_CONTROLS - allowed for c in value) else None


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, size):
        if self.at + size > len(self.data):
            raise Bad("bad_encoding", "truncated")
        self.at += size
        return self.data[self.at - size:self.at]

    def integer(self, size):
        return int.from_bytes(self.raw(size), "little")

    def sized(self, most):
        size = self.integer(4)
        if size > most:
            raise Bad("too_large", f"{size} bytes")
        return self.raw(size)

    def items(self, most, read):
        count = self.integer(4)
        if count > most:
            raise Bad("too_large", f"{count} items")
        return [read() for _ in range(count)]

    def finish(self):
        if self.at != len(self.data):
            raise Bad("bad_encoding", "something follows the last field")


class Header:
    def __init__(self, data):
        reader = Reader(data)
        self.encoding = data
        self.version, self.height = reader.integer(4), reader.integer(8)
        self.previous, self.root = reader.raw(32), reader.raw(32)
        self.time_ms, self.bits, self.nonce = reader.integer(8), reader.integer(4), reader.integer(8)
        reader.finish()


class Transaction:
    KINDS = {1: "open_election", 2: "add_candidates", 3: "enrol_voters", 4: "close_election", 5: "cast_vote", 6: "record"}

    def __init__(self, data):
        if len(data) > MAX_TRANSACTION_BYTES:
            raise Bad("too_large", "a transaction")
        reader = Reader(data)
        self.encoding, self.body = data, data[:-64]
        number = reader.integer(1)
        if number not in self.KINDS:
            raise Bad("bad_encoding", f"kind {number}")
        self.kind, self.author, self.election = self.KINDS[number], reader.raw(64), None
        getattr(self, "read_" + self.kind)(reader)
        self.signature = reader.raw(64)
        reader.finish()
        self.id = hashlib.sha256(self.body).digest()

    def read_open_election(self, reader):
        self.title = reader.sized(MAX_TEXT_BYTES)
        names = reader.items(MAX_ITEMS, lambda: reader.sized(MAX_TEXT_BYTES))
        self.electorate = reader.integer(1)
        if self.electorate > 1:
            raise Bad("bad_encoding", "electorate")
        self.candidates = names
        self.opens_at_ms, self.closes_at_ms = reader.integer(8), reader.integer(8)

    def read_add_candidates(self, reader):
        self.election = reader.raw(32)
        self.candidates = reader.items(MAX_ITEMS, lambda: reader.sized(MAX_TEXT_BYTES))

    def read_enrol_voters(self, reader):
        self.election = reader.raw(32)
        self.voters = reader.items(MAX_ITEMS, lambda: (reader.sized(MAX_TEXT_BYTES), reader.raw(64)))

    def read_close_election(self, reader):
        self.election = reader.raw(32)

    def read_cast_vote(self, reader):
        self.election, self.candidate = reader.raw(32), reader.integer(2)

    def read_record(self, reader):
        self.nonce, self.data = reader.integer(8), reader.sized(MAX_RECORD_BYTES)


def read_block(data):
    """(header, transactions)."""
    reader = Reader(data)
    header = Header(reader.raw(96))
    transactions = reader.items(MAX_TRANSACTIONS, lambda: Transaction(reader.sized(MAX_TRANSACTION_BYTES)))
    reader.finish()
    return header, transactions
