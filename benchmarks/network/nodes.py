"""The real peer-node, many of them on loopback, and what one can see of them from outside."""
import http.client
import json
import os
import pathlib
import socket
import threading
import time

from server import HERE, HttpProcess, free_port


class Node(HttpProcess):
    def __init__(self, programs, folder, *arguments):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.address = f"{HERE}:{free_port()}"
        http_port = free_port()
        command = [pathlib.Path(programs) / "peer-node", "--data-dir", self.folder, "--listen", self.address, "--http",
                   f"{HERE}:{http_port}", *arguments]
        super().__init__("peer-node", command, http_port, self.folder / "peer-node.log")

    def is_ready(self):
        return self.answers() is not None

    def answers(self):
        try:
            return self.get("/livez")
        except (OSError, http.client.HTTPException):
            return None

    def status(self):
        return json.loads(self.get("/v1/status"))

    def post(self, transactions):
        connection = http.client.HTTPConnection(HERE, self.port, timeout=60)
        try:
            connection.request("POST", "/v1/transactions", json.dumps({"transactions": transactions}))
            response = connection.getresponse()
            answer = response.read()
            if response.status not in (200, 202):
                raise SystemExit(f"{response.status}: {answer[:500]}")
        finally:
            connection.close()

    def sent_bytes(self):
        for line in self.get("/metrics").decode().splitlines():
            if line.startswith("suara_node_sent_bytes_total "):
                return int(float(line.split()[1]))
        raise SystemExit("the node does not say how much it has sent")

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Tips(threading.Thread):
    """When each block became a node's tip, as its stream of events tells."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.seen = {}  # id -> monotonic time
        self.height = 0
        self.connection = socket.create_connection((HERE, node.port))
        self.connection.sendall(b"GET /v1/events HTTP/1.1\r\nHost: node\r\n\r\n")
        self.start()

    def run(self):
        for line in self.connection.makefile("rb"):
            if not line.startswith(b"data:"):
                continue
            now = time.monotonic()
            tip = json.loads(line[len(b"data:"):])
            self.seen.setdefault(tip["id"], now)
            self.height = tip["height"]


def wait(condition, what, seconds=300, every=0.01):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds} s in vain: {what}")
        time.sleep(every)


def percentile(values, share):
    """The least value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
