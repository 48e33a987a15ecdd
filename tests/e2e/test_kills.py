"""A bootstrap server that is killed at random moments under load keeps every row it acknowledged."""
import hashlib
import json
import os
import random
import socket
import threading
import time
import unittest

from case import ClusterCase
from cluster import Bootstrap

KILLS = int(os.environ.get("SUARA_KILLS", "200"))
CLIENTS = 3
PIPELINED = 16
MOST_STEPS = 600  # a step: some requests sent, or an answer read
READY_SECONDS = 5


def line(kind, **payload):
    return json.dumps({"type": kind, "payload": payload}).encode() + b"\n"


def network_of(life):
    return hashlib.sha256(str(life).encode()).hexdigest()


class Steps:
    """What the clients of one life have done so far, all together."""

    def __init__(self, clients):
        self.changed = threading.Condition()
        self.taken, self.clients_left = 0, clients

    def take(self):
        with self.changed:
            self.taken += 1
            self.changed.notify_all()

    def leave(self):
        with self.changed:
            self.clients_left -= 1
            self.changed.notify_all()

    def wait_for(self, count):
        """False when the clients came to their end before."""
        with self.changed:
            self.changed.wait_for(lambda: self.taken >= count or not self.clients_left)
            return self.taken >= count


class Client(threading.Thread):
    """Registers new addresses as fast as they are acknowledged, until the server is gone."""

    def __init__(self, number, port, network, steps):
        super().__init__()
        self.number, self.port, self.network, self.steps = number, port, network, steps
        self.acknowledged = set()

    def run(self):
        try:
            self.register()
        finally:
            self.steps.leave()

    def register(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as connection, connection.makefile("rb") as answers:
                for first in range(0, 60_000, PIPELINED):
                    connection.sendall(b"".join(
                        line("REGISTER", address=f"192.0.2.{self.number}:{1 + first + i}", network=self.network)
                        for i in range(PIPELINED)))
                    self.steps.take()
                    for _ in range(PIPELINED):
                        answer = json.loads(answers.readline())
                        if answer["type"] != "REGISTERED":
                            raise AssertionError(answer)
                        self.acknowledged.add(answer["payload"]["address"])
                        self.steps.take()
        except (OSError, ValueError):
            pass  # cut off, perhaps in the middle of an answer


class Kills(ClusterCase):
    def listed(self, server, network):
        found, after = set(), ""
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection, connection.makefile("rb") as answers:
            while after is not None:
                connection.sendall(line("GET_PEERS", network=network, limit=1000, after=after))
                page = json.loads(answers.readline())["payload"]
                found |= {peer["address"] for peer in page["peers"]}
                after = page.get("next")
        return found

    def start(self, server):
        """Seconds until it is ready."""
        began = time.monotonic()
        server.start()
        self.cluster.wait(lambda: server.answers("/readyz"), "the server is ready", READY_SECONDS)
        return time.monotonic() - began

    def test_every_acknowledged_row_is_there_after_every_kill(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        server = Bootstrap(self.cluster)
        server.arguments += ["--ttl", "36000"]
        self.cluster.processes.append(server)
        acknowledged, slowest = [], self.start(server)
        for life in range(KILLS):
            steps = Steps(CLIENTS)
            clients = [Client(number, server.port, network_of(life), steps) for number in range(CLIENTS)]
            for client in clients:
                client.start()
            enough = chance.randrange(MOST_STEPS)
            self.assertTrue(steps.wait_for(enough), f"seed {seed}, life {life}: the clients gave up before {enough} steps")
            server.kill()
            for client in clients:
                client.join()
            acknowledged.append(set().union(*(client.acknowledged for client in clients)))
            slowest = max(slowest, self.start(server))
            lost = acknowledged[life] - self.listed(server, network_of(life))
            self.assertFalse(lost, f"seed {seed}, life {life}: of {len(acknowledged[life])} rows {len(lost)} are lost")
        for life in range(0, KILLS, 10):
            self.assertLessEqual(acknowledged[life], self.listed(server, network_of(life)), f"seed {seed}, life {life}")
        rows = sum(len(each) for each in acknowledged)
        print(f"{KILLS} kills, {rows} rows acknowledged, none lost; ready after at most {slowest:.2f} s", flush=True)
        self.assertGreater(rows, KILLS)


if __name__ == "__main__":
    unittest.main()
