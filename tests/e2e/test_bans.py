"""What an operator tells a running node: who is banned is gone and stays away, over a crash of the node too."""
import json
import unittest

from case import ClusterCase


class Bans(ClusterCase):
    def tell(self, node, *words, **options):
        return self.cluster.admin("--json", "--node", node.url, "node", *words, "--admin-key",
                                  node.folder / "admin.pem", **options)

    def connected(self, node, key):
        found = node.get("/v1/peers")
        return found is not None and any(peer["node_key"] == key for peer in found["peers"])

    def test_a_ban_outlives_a_crash_and_ends_with_unban(self):
        cluster = self.cluster
        banner = cluster.add_node("--dev")
        banned = cluster.add_node("--dev", "--peer", banner.address)
        bystander = cluster.add_node("--dev", "--peer", banner.address)
        for node in (banner, banned, bystander):
            node.start()
            cluster.wait(node.ready, f"{node.name} answers", 20)
        keys = {node: node.status()["node_key"] for node in (banner, banned, bystander)}
        for node in (banned, bystander):
            cluster.wait(lambda n=node: self.connected(banner, keys[n]), f"{node.name} is connected", 20)
        self.assertEqual((banner.folder / "admin.pem").stat().st_mode & 0o777, 0o600)

        answer = json.loads(self.tell(banner, "ban", keys[banned], "--for", "1h", "--reason", "a test").stdout)
        self.assertGreaterEqual(answer["connections_ended"], 1)
        cluster.wait(lambda: banned.peers() <= 1 and not self.connected(banned, keys[banner]), "it is gone", 10)
        self.assertTrue(self.connected(banner, keys[bystander]))

        def is_refused(times):
            return banned.log.read_text().count("has banned you") > times

        refused = banned.log.read_text().count("has banned you")
        cluster.wait(lambda: is_refused(refused), "it has tried again in vain", 30)
        banner.kill()
        banner.start()
        cluster.wait(banner.ready, "the banner answers again", 20)
        bans = banner.get("/v1/bans")["bans"]
        self.assertEqual([(ban["subject"], ban["reason"]) for ban in bans], [(keys[banned], "a test")])
        refused = banned.log.read_text().count("has banned you")
        cluster.wait(lambda: is_refused(refused), "it has tried in vain after the crash", 60)
        self.assertFalse(self.connected(banner, keys[banned]))

        self.tell(banner, "unban", keys[banned])
        cluster.wait(lambda: self.connected(banner, keys[banned]), "it is back", 90)

    def test_connect_and_disconnect(self):
        cluster = self.cluster
        nodes = [cluster.add_node("--dev").start() for _ in range(2)]
        for node in nodes:
            cluster.wait(node.ready, f"{node.name} answers", 20)
        first, second = nodes
        key = second.status()["node_key"]
        self.assertEqual(json.loads(self.tell(first, "connect", second.address).stdout)["node_key"], key)
        self.assertTrue(self.connected(first, key))
        self.assertEqual(json.loads(self.tell(first, "disconnect", key).stdout)["connections_ended"], 1)
        done = self.tell(first, "connect", f"127.0.0.1:{first.http_port}", check=False)
        self.assertEqual((done.returncode, "cannot_connect" in done.stderr), (1, True), done.stderr)

    def test_commands_are_refused_with_what_would_be_right(self):
        cluster = self.cluster
        node = cluster.add_node("--dev").start()
        cluster.wait(node.ready, "the node answers", 20)
        status, answer = node.request("POST", "/v1/commands", {"command": "ban", "subject": "192.0.2.7"})
        self.assertEqual((status, answer["error"]["code"]), (401, "unsigned_command"))
        self.assertIn("admin.pem", answer["error"]["message"])
        own_key = node.folder / "node.key"
        done = cluster.admin("--node", node.url, "node", "ban", "192.0.2.7", "--admin-key", own_key, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not the node's admin key", done.stderr)
        done = cluster.admin("--node", node.url, "node", "ban", "192.0.2.7", check=False)
        self.assertEqual(done.returncode, 64)
        self.assertIn("admin.pem", done.stderr)
        done = self.tell(node, "disconnect", "192.0.2.7:3000", check=False)
        self.assertEqual((done.returncode, "not_connected" in done.stderr), (1, True))
        self.assertEqual(node.get("/v1/bans"), {"bans": []})


if __name__ == "__main__":
    unittest.main()
