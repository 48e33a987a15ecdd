"""Reads classic.txt, which says how."""
import base64
import pathlib
import re
from dataclasses import dataclass, field

TABLE = pathlib.Path(__file__).with_name("classic.txt")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"\\": b"\\"}


@dataclass
class Row:
    name: str
    before: list = field(default_factory=list)
    request: bytes = b""
    reply: bytes = b""
    peers: bytes = b""
    closes: bool = False
    receiver: bytes = b""  # of rows about notices; the others have none
    event: bytes = b""
    notice: bytes = b""


def bytes_of(text, receiver):
    def unescape(match):
        kind = match.group(1)
        return ESCAPES[kind] if kind in ESCAPES else bytes([int(kind[1:], 16)])

    data = re.sub(rb"\\(n|r|\\|x[0-9a-f]{2})", unescape, text.encode())
    data = data.replace(b"RECEIVER", receiver.encode())
    return re.sub(rb"<base64 of (.*)>", lambda match: base64.b64encode(match.group(1)), data, flags=re.DOTALL)


def rows(receiver="192.0.2.99:1"):
    """All rows; RECEIVER stands for the address `receiver`."""
    found = []
    for line in TABLE.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        word, _, text = line.partition(" ")
        if word == "=":
            found.append(Row(text))
            continue
        row, data = found[-1], bytes_of(text, receiver)
        if word == "before":
            row.before.append(data)
        elif word == ">":
            row.request += data
        elif word == "<":
            row.reply += data
        elif word == "closes":
            row.closes = True
        elif word in ("peers", "receiver", "event", "notice"):
            setattr(row, word, data)
        else:
            raise ValueError(f"the table has no such line: {line}")
    return found


def with_sorted_lists(answers):
    """Answers with the entries of lists in an order of their own, to compare them."""
    def sort(line):
        if not (line.startswith(b"[{") and line.endswith(b"}]")):
            return line
        return b"[{" + b"},{".join(sorted(line[2:-2].split(b"},{"))) + b"}]"

    return b"\n".join(sort(line) for line in answers.split(b"\n"))
