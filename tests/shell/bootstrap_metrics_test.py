#!/usr/bin/env python3
"""What the real bootstrap-server says of itself, against what was done with it.

    bootstrap_metrics_test.py PROGRAM
"""
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import bootstrap_server_test as shell
from bootstrap_server_test import PATIENCE, Server, native
from exposition import Metrics

PREFIX = "suara_bootstrap_"


class Scraped(Metrics):
    def of(self, name, **labels):
        return self.get(PREFIX + name, **labels)


class Parser(unittest.TestCase):
    def test_refuses_what_a_scraper_might_forgive(self):
        good = '# HELP a_total A.\n# TYPE a_total counter\na_total{b="c"} 1\n'
        self.assertEqual(Metrics(good).value("a_total", b="c"), 1)
        histogram = "# HELP h A.\n# TYPE h histogram\n"
        for bad in (good[:-1], good + 'a_total{b="c"} 1\n', good + "a_total 1 \n", good + "a_total -1\n", good + good,
                    good + "b 1\n", good.replace("counter", "gauge"), good.replace("counter", "untyped"),
                    good.replace('"c"', '"\\c"'), good.replace(' 1', ' one'), good.replace('="c"', "=c"),
                    good + "\n", "# TYPE a_total counter\na_total 1\n", "a_total 1\n",
                    histogram + 'h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
                    histogram + 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 1\n',
                    histogram + 'h_bucket{le="+Inf"} 2\nh_bucket{le="1"} 1\nh_sum 1\nh_count 2\n',
                    histogram + 'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\n'):
            with self.assertRaises((ValueError, KeyError), msg=bad):
                Metrics(bad)


class BootstrapMetrics(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "data"

    def start(self, *options):
        server = Server(self.folder, *options)
        self.addCleanup(lambda: server.process.poll() is None and server.end(signal.SIGKILL))
        return server

    def fetch(self, server, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.http}{path}", timeout=PATIENCE) as response:
                return response.status, response.headers["Content-Type"], response.read().decode()
        except urllib.error.HTTPError as failure:
            with failure:
                return failure.code, failure.headers["Content-Type"], failure.read().decode()

    def scrape(self, server):
        status, kind, text = self.fetch(server, "/metrics")
        self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        return Scraped(text)

    def scrape_until(self, server, condition):
        """What follows an answer, as a connection's end, is counted a moment after it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            metrics = self.scrape(server)
            if condition(metrics):
                return metrics
            self.assertLess(time.monotonic(), deadline, "the metrics never said what was waited for")
            time.sleep(0.01)

    def test_a_new_server_counts_nothing(self):
        metrics = self.scrape(self.start())
        self.assertEqual(metrics.of("build_info", version=self.version()), 1)
        counted = {name: number for (name, labels), number in metrics.samples.items()
                   if name.startswith(PREFIX) and (name.endswith("_total") or name.endswith("_count")) and
                   "loop_lag" not in name and number != 0}
        self.assertEqual(counted, {})
        self.assertGreater(metrics.of("disk_free_bytes"), 0)
        self.assertEqual(metrics.of("store_available"), 1)

    def version(self):
        return subprocess.run([shell.PROGRAM, "--version"], capture_output=True, text=True).stdout.split()[-1]

    def test_counts_what_was_done(self):
        server = self.start()
        with server.connect() as subscriber:
            subscriber.send(native("SUBSCRIBE", network=""))
            subscriber.line()
            for i in (1, 2, 3, 3):
                server.ask(native("REGISTER", address=f"192.0.2.7:{3000 + i}"))
            server.ask('{"type":"REGISTER","payload":"localhost:9"}')
            server.ask(native("REGISTER", address="0.0.0.0:1"))
            for _ in range(4):
                server.ask(native("GET_PEERS", network=""))
            server.ask('{"type":"GET_PEERS"}')
            server.ask(native("REMOVE", address="192.0.2.7:3001"))
            server.ask(native("REMOVE", address="192.0.2.7:3001"))
            server.ask(native("INSPECT", address="192.0.2.99:3002", network=""))
            server.ask(native("PING"))
            server.ask("{}\n")
            server.ask(native("FROB"))
            metrics = self.scrape_until(server, lambda m: m.of("connections") == 1)
            self.assertEqual(metrics.of("subscribers"), 1)

        def requests(kind, result):
            return metrics.of("requests_total", type=kind, result=result)

        self.assertEqual([requests(*which) for which in (
            ("subscribe", "ok"), ("register", "ok"), ("register", "unspecified_address"), ("get_peers", "ok"),
            ("remove", "ok"), ("remove", "not_found"), ("inspect", "ok"), ("ping", "ok"))], [1, 5, 1, 5, 1, 1, 1, 1])
        self.assertEqual(sum(number for (name, _), number in metrics.samples.items()
                             if name == PREFIX + "requests_total"), 16)
        for kind, count in (("register", 6), ("get_peers", 5), ("remove", 2), ("subscribe", 1), ("inspect", 1)):
            self.assertEqual(metrics.of("request_duration_seconds_count", type=kind), count)
        # Four of them waited for the disk.
        self.assertGreater(metrics.of("request_duration_seconds_sum", type="register"), 0)
        self.assertEqual(metrics.of("parse_errors_total", code="missing_member"), 1)
        self.assertEqual(metrics.of("parse_errors_total", code="unknown_type"), 1)
        self.assertEqual(metrics.of("registrations_total", kind="new"), 4)
        self.assertEqual(metrics.of("registrations_total", kind="renewed"), 1)
        self.assertEqual(metrics.of("removals_total", reason="removed"), 1)
        self.assertEqual(sum(number for (name, _), number in metrics.samples.items() if name == PREFIX + "rows"), 3)
        self.assertEqual(metrics.of("revision"), server.get("/v1/stats")["revision"])
        self.assertEqual(metrics.of("connections_accepted_total"), 18)
        self.assertEqual(sum(number for (name, _), number in metrics.samples.items()
                             if name == PREFIX + "connections_closed_total"), 17)
        self.assertGreaterEqual(metrics.of("store_batches_total"), 6)
        self.assertGreaterEqual(metrics.of("store_sync_duration_seconds_count"), 1)
        self.assertGreater(metrics.of("store_written_bytes_total"), 1000)
        # What came of the dial-backs is written too.
        self.scrape_until(server, lambda m: m.of("store_batches_in_flight") == 0)

    def test_the_document_lists_them_all(self):
        names = {name for name in self.scrape(self.start()).types if name.startswith(PREFIX)}
        document = pathlib.Path(__file__).parents[2] / "proto-docs" / "bootstrap.md"
        table = document.read_text().split("### Metrics")[1]
        documented = {PREFIX + name for line in table.splitlines() if line.startswith("| `")
                      for name in re.findall("`([a-z_]+)`", line.split("|")[1])}
        self.assertEqual(documented, names)

    def test_counts_every_byte(self):
        server = self.start()
        line = json.dumps(native("PING")) + "\n"
        with server.connect() as client:
            received = 0
            for _ in range(100):
                client.send(line)
                received += len(client.file.readline())
            metrics = self.scrape(server)
            self.assertEqual(metrics.of("received_bytes_total"), 100 * len(line))
            self.assertEqual(metrics.of("sent_bytes_total"), received)
            self.assertEqual(metrics.of("send_queue_bytes"), 0)

    def test_shows_what_waits_for_a_slow_reader(self):
        server = self.start()
        for i in range(300):
            server.ask(native("REGISTER", address=f"192.0.2.7:{3000 + i}"))
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect(("127.0.0.1", server.port))
            slow.sendall((json.dumps(native("GET_PEERS", network="")) + "\n").encode() * 300)
            self.scrape_until(server, lambda m: m.of("send_queue_bytes") > 0)
        self.scrape_until(server, lambda m: m.of("send_queue_bytes") == 0)

    def test_counts_who_is_turned_away(self):
        server = self.start("--max-per-ip", "2", "--rate-exempt", "192.0.2.1", "--rate-ping", "0.001/2",
                            "--rate-mistakes", "0.001/2")
        with server.connect() as client, server.connect() as other, server.connect() as third:
            self.assertEqual(third.line(), "")
            for _ in range(4):
                client.send(native("PING"))
            self.assertEqual([client.line()["type"] for _ in range(4)], ["PONG", "PONG", "ERROR", "ERROR"])
            other.send("{}\n")
            refused = other.line()["payload"]
            self.assertEqual(refused["code"], "rate_limited")
            self.assertGreater(refused["retry_after_ms"], 900_000)
            self.assertEqual(other.line(), "", "a mistake too many closes the connection")
        metrics = self.scrape_until(server, lambda m: m.of("connections") == 0)
        self.assertEqual(metrics.of("connections_rejected_total", reason="address_bound"), 1)
        self.assertEqual(metrics.of("rate_limited_total", type="ping"), 2)
        self.assertEqual(metrics.of("rate_limited_total", type="mistakes"), 1)
        self.assertEqual(metrics.of("requests_total", type="ping", result="rate_limited"), 2)
        self.assertEqual(metrics.of("parse_errors_total", code="missing_member"), 1)
        self.assertEqual(metrics.of("rate_limited_callers"), 1)

    def test_health(self):
        server = self.start()
        for path in ("/livez", "/readyz"):
            self.assertEqual(self.fetch(server, path), (200, "text/plain", "ok\n"))
        status, _, text = self.fetch(server, "/readyz?verbose")
        lines = text.splitlines()
        self.assertEqual(status, 200)
        self.assertEqual([line.split(":")[0] for line in lines],
                         ["[+] running", "[+] store", "ready"])
        self.assertEqual(self.fetch(server, "/metrics/")[0], 404)

    def test_stats_agree_with_the_metrics(self):
        server = self.start()
        for i in range(3):
            server.ask(native("REGISTER", address=f"192.0.2.7:{3000 + i}"))
        server.ask(native("REMOVE", address="192.0.2.7:1"))
        self.scrape_until(server, lambda m: m.of("connections") == 0)
        stats, metrics = server.get("/v1/stats"), self.scrape(server)
        self.assertEqual(stats["registered"], metrics.of("registrations_total", kind="new"))
        self.assertEqual(stats["requests"]["register"], {"ok": 3})
        self.assertEqual(stats["requests"]["remove"], {"ok": 0, "not_found": 1})
        self.assertEqual(stats["removed"], {"removed": 0, "expired": 0, "unreachable": 0})
        self.assertEqual(stats["received_bytes"], metrics.of("received_bytes_total"))


if __name__ == "__main__":
    shell.PROGRAM = sys.argv.pop(1)
    unittest.main()
