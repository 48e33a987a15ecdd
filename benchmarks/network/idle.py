"""A node with all its places taken, and nothing happening."""
import json
import select
import time

from directory_client import native
from nodes import Node, wait
from peer_client import Peer

PROCESSOR_PERCENT, RESIDENT_MB = 1, 120  # to reach


class Idle:
    def __init__(self, options, programs, work, table):
        self.options, self.bin, self.work, self.table = options, programs, work, table

    def run(self):
        count = self.options.idle_peers
        with Node(self.bin, self.work, "--dev") as node:
            network = node.status()["network"]
            port = int(node.address.rsplit(":", 1)[1])
            peers = [Peer(port, network) for _ in range(count)]
            try:
                wait(lambda: node.status()["peers"] == count, "all are connected")
                self.chat(peers, 1)
                used, began = node.cpu_seconds(), time.monotonic()
                self.chat(peers, self.options.idle_seconds)
                percent = 100 * (node.cpu_seconds() - used) / (time.monotonic() - began)
                if node.status()["peers"] != count:
                    raise SystemExit("not all of them stayed")
                resident = node.resident_mb("VmHWM")
            finally:
                for peer in peers:
                    peer.__exit__()
        self.table.report(f"idle node with {count} peers", f"{percent:.2f} % of a core", f"{PROCESSOR_PERCENT} %",
                          PROCESSOR_PERCENT / max(percent, 0.01))
        self.table.report("the same, resident at most", f"{resident:.0f} MB", f"{RESIDENT_MB} MB", RESIDENT_MB / resident)

    @staticmethod
    def chat(peers, seconds):
        """Answers pings and empty requests for headers, as peers do."""
        by_socket = {peer.connection.socket: peer for peer in peers}
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for ready in select.select(list(by_socket), [], [], left)[0]:
                peer = by_socket[ready]
                message = json.loads(peer.connection.line())
                if message["type"] == "ping":
                    peer.connection.send(native("pong", nonce=message["payload"]["nonce"]))
                elif message["type"] == "get_headers":
                    peer.send_headers([])
