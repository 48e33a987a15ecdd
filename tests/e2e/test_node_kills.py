"""A mining node that is killed at random moments under load takes back nothing that it said."""
import http.client
import json
import os
import random
import subprocess
import threading
import unittest

import ledger
from case import ClusterCase
from p256 import Key

KILLS = int(os.environ.get("SUARA_NODE_KILLS", "20"))
CLIENTS = 2
MOST_ACCEPTED = 40  # by one client, before the node is killed
READY_SECONDS = 30


class Client(threading.Thread):
    """Posts records until the node is gone."""

    def __init__(self, node, network, life, number):
        super().__init__()
        self.node, self.network, self.key = node, network, Key.from_seed(f"{life} {number}".encode())
        self.accepted = []

    def run(self):
        nonce = 0
        while True:
            nonce += 1
            statement = ledger.record(nonce, "under load")
            try:
                status, answer = self.node.post(ledger.signed(self.key, self.network, statement))
            except (OSError, ValueError):
                return  # cut off, perhaps in the middle of an answer
            if status != 202:
                raise AssertionError(answer)
            self.accepted.append(answer["id"])


class Listener(threading.Thread):
    """Every tip the node tells of, until it is gone."""

    def __init__(self, node):
        super().__init__()
        self.node, self.tips = node, []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.node.http_port, timeout=60)
        try:
            connection.request("GET", "/v1/events")
            response = connection.getresponse()
            while line := response.readline():
                if line.startswith(b"data:"):
                    self.tips.append(json.loads(line[len(b"data:"):]))
        except (OSError, ValueError, http.client.HTTPException):
            pass  # cut off
        finally:
            connection.close()


class NodeKills(ClusterCase):
    def start(self, node):
        node.start()
        self.cluster.wait(node.ready, "it answers again", READY_SECONDS)

    def expect_kept(self, node, told, accepted, where):
        for tip in told:
            block = node.get(f"/v1/blocks/{tip['id']}")
            self.assertIsNotNone(block, f"{where}: the block told of at height {tip['height']} is gone")
            self.assertTrue(block["on_best_chain"], where)
        for transaction in accepted:
            self.assertIsNotNone(node.get(f"/v1/transactions/{transaction}"), f"{where}: {transaction} is gone")

    def test_tips_told_of_and_transactions_accepted_are_there_after_every_kill(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        node = self.cluster.add_node("--dev", "--mine", "--mine-mode", "always")
        self.start(node)
        network = node.status()["network"]
        told, accepted = [], []
        for life in range(KILLS):
            listener = Listener(node)
            clients = [Client(node, network, life, number) for number in range(CLIENTS)]
            for thread in [listener, *clients]:
                thread.start()
            enough = chance.randrange(MOST_ACCEPTED)
            self.cluster.wait(lambda clients=clients, enough=enough: len(clients[0].accepted) >= enough,
                              f"{enough} transactions are accepted", READY_SECONDS)
            node.kill()
            for thread in [listener, *clients]:
                thread.join()
            told.append(listener.tips)
            accepted.append([each for client in clients for each in client.accepted])
            self.start(node)
            self.expect_kept(node, told[life], accepted[life], f"seed {seed}, life {life}")
        for life in range(0, KILLS, 5):
            self.expect_kept(node, told[life], accepted[life], f"seed {seed}, in the end, life {life}")
        self.assertEqual(node.stop(), 0)
        check = subprocess.run([*node.arguments, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        self.assertIn("nothing is wrong", check.stdout)
        transactions = sum(map(len, accepted))
        print(f"{KILLS} kills, {transactions} transactions accepted, {sum(map(len, told))} tips told of, none lost; "
              f"{check.stdout.strip()}", flush=True)
        self.assertGreater(transactions, KILLS)


if __name__ == "__main__":
    unittest.main()
