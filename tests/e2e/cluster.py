"""Real processes on loopback: a bootstrap server and nodes, each with its own folder, ports and log.

A Cluster owns its temporary folder and its processes; leaving it (`with`) ends and removes all of them, whatever
happened. Waiting means asking again until a condition holds or a deadline passes; what was waited for and which
process has died is always said.
"""
import ctypes
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
STOP_SECONDS = 5
POLL_SECONDS = 0.05
# Deadlines are there so that nothing hangs; how long things take on a busy machine is no test's business.
PATIENCE = float(os.environ.get("SUARA_PATIENCE", "1"))


class Failed(Exception):
    """What did not work out, in words for whoever started it."""


def default_bin():
    return pathlib.Path(os.environ.get("SUARA_BIN", ROOT / "build/release/bin"))


def free_port(taken):
    """Below the range that outgoing connections take theirs from, so that none gets in the way."""
    for _ in range(1000):
        port = random.randint(20000, 32000)
        if port in taken:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        taken.add(port)
        return port
    raise Failed("no free port was found")


def _end_with_parent():
    """Runs in the child: should this process be killed, the child goes too (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Process:
    """One daemon. Its output goes to a log file; it is in its own session, so Ctrl-C is for us to pass on."""

    def __init__(self, name, arguments, log):
        self.name, self.arguments, self.log = name, [str(a) for a in arguments], log
        self.child = None
        self.asked = False

    def start(self):
        self.asked = False
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          start_new_session=True, preexec_fn=_end_with_parent)
        return self

    @property
    def running(self):
        return self.child is not None and self.child.poll() is None

    def tail(self, lines=12):
        try:
            text = pathlib.Path(self.log).read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])

    def kill(self):
        """SIGKILL: no goodbye, nothing flushed."""
        if self.running:
            self.child.kill()
        if self.child is not None:
            self.child.wait()
        self.child = None

    def ask_to_stop(self):
        """SIGTERM, once: a second one ends a daemon at once."""
        if self.running and not self.asked:
            self.child.terminate()
        self.asked = True

    def stop(self, seconds=STOP_SECONDS):
        """SIGTERM; the exit code, or Failed when it takes longer than it may."""
        self.ask_to_stop()
        try:
            code = self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} did not end within {seconds} s of SIGTERM:\n{self.tail()}") from None
        self.child = None
        return code

    def check_alive(self):
        if self.child is not None and self.child.poll() is not None:
            code = self.child.returncode
            raise Failed(f"{self.name} ended by itself ({'signal' if code < 0 else 'exit code'} {abs(code)}); "
                         f"its last words:\n{self.tail()}")


class Bootstrap(Process):
    def __init__(self, cluster, name="bootstrap", options=()):
        self.port = free_port(cluster.taken)
        self.http_port = free_port(cluster.taken)
        self.address = f"127.0.0.1:{self.port}"
        self.folder = cluster.folder / name
        super().__init__(name, [cluster.bin / "bootstrap-server", "--listen", self.address,
                                "--http", f"127.0.0.1:{self.http_port}", "--data-dir", self.folder, *options],
                         cluster.folder / f"{name}.log")

    def answers(self, path="/livez"):
        """It does more than listen: a SIGTERM from now on is an orderly end."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=1)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Node(Process):
    def __init__(self, cluster, name, options):
        self.port = free_port(cluster.taken)
        self.http_port = free_port(cluster.taken)
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://127.0.0.1:{self.http_port}"
        self.folder = cluster.folder / name.replace(" ", "")
        self.program = cluster.bin / "peer-node"
        super().__init__(name, [], cluster.folder / f"{name.replace(' ', '')}.log")
        self.set_options(options)

    def set_options(self, options):
        self.arguments = [str(a) for a in [self.program, "--listen", self.address, "--http",
                                           f"127.0.0.1:{self.http_port}", "--data-dir", self.folder, *options]]

    def request(self, method, path, body=None, timeout=10):
        """(status, document); OSError when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": "application/json"} if text else {})
            response = connection.getresponse()
            data = response.read()
            kind = response.getheader("Content-Type", "")
            return response.status, json.loads(data) if "json" in kind else data.decode(errors="replace")
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def get(self, path):
        """The document of a 200, None for anything else and while nobody answers."""
        try:
            status, document = self.request("GET", path)
        except OSError:
            return None
        return document if status == 200 else None

    def post(self, transaction_base64):
        return self.request("POST", "/v1/transactions", {"transaction": transaction_base64})

    def status(self):
        return self.get("/v1/status")

    def ready(self):
        status = self.status()
        return status is not None and status["tip"] is not None

    def height(self):
        status = self.status()
        return -1 if status is None else status["height"]

    def peers(self):
        status = self.status()
        return -1 if status is None else status["peers"]

    def election(self, election):
        return self.get(f"/v1/elections/{election}")

    def tally(self, election):
        """{"tip", "height", "votes": {candidate: votes}} of one moment, None while there is none."""
        found = self.election(election)
        if found is None:
            return None
        return {"tip": found["tip"]["id"], "height": found["tip"]["height"],
                "votes": {c["name"]: c["votes"] for c in found["candidates"]}}


class Cluster:
    def __init__(self, bin_folder=None):
        self.bin = pathlib.Path(bin_folder or default_bin()).resolve()
        self.folder = None
        self.taken = set()
        self.processes = []
        self.bootstrap = None
        self.nodes = []
        for program in ("bootstrap-server", "peer-node", "admin-client", "vote-client"):
            if not os.access(self.bin / program, os.X_OK):
                raise Failed(f"{self.bin / program} is not there; ./dev build makes it")

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="suara-"))
        return self

    def __exit__(self, *_):
        self.clear()

    def clear(self):
        for process in self.processes:
            process.kill()
        self.processes = []
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    # -- starting ----------------------------------------------------------------------------------------------

    def start_bootstrap(self, *options):
        self.bootstrap = Bootstrap(self, options=options)
        self.processes.append(self.bootstrap)
        self.bootstrap.start()
        self.wait(self.bootstrap.answers, "the bootstrap server listens", 10)
        return self.bootstrap

    def add_node(self, *options, name=None):
        """A node that has not been started."""
        node = Node(self, name or f"node {len(self.nodes) + 1}", options)
        self.processes.append(node)
        self.nodes.append(node)
        return node

    def dev_options(self, *more):
        return ["--dev", "--bootstrap", self.bootstrap.address, "--mine", "--mine-threads", "1", *more]

    def start_nodes(self, count):
        """Mining nodes that know the bootstrap server, ready and connected to each other."""
        nodes = [self.add_node(*self.dev_options()) for _ in range(count)]
        for node in nodes:
            node.start()
        for node in nodes:
            self.wait(node.ready, f"{node.name} answers", 20)
        for node in nodes:
            self.wait(lambda n=node: n.peers() >= count - 1, f"{node.name} is connected to the others", 30)
        return nodes

    # -- waiting -----------------------------------------------------------------------------------------------

    def check_alive(self):
        for process in self.processes:
            process.check_alive()

    def wait(self, condition, what, seconds):
        """The condition's first true value; Failed at the deadline or when a process has died."""
        deadline = time.monotonic() + seconds * PATIENCE
        while True:
            value = condition()
            if value:
                return value
            self.check_alive()
            if time.monotonic() > deadline:
                raise Failed(f"gave up after {seconds * PATIENCE:g} s waiting until {what}")
            time.sleep(POLL_SECONDS)

    def wait_for_agreement(self, election, votes, seconds, nodes=None, progress=lambda counts: None):
        """Until all report the same tip and `votes` counted votes; the tallies, one per node. `progress` is called with
        the votes counted at each node so far."""
        nodes = nodes or self.nodes
        tallies = {}

        def agree():
            tallies.update({node.name: node.tally(election) for node in nodes})
            found = list(tallies.values())
            progress([sum(t["votes"].values()) if t else 0 for t in found])
            return all(found) and all(t == found[0] for t in found) and sum(found[0]["votes"].values()) == votes

        try:
            self.wait(agree, "all nodes agree", seconds)
        except Failed as failure:
            if not all(process.running or process.child is None for process in self.processes):
                raise
            raise Failed(f"{failure}\n{self.explain(nodes, tallies, votes)}") from None
        return [tallies[node.name] for node in nodes]

    @staticmethod
    def explain(nodes, tallies, votes):
        """Which node differs, and what it logged last."""
        lines = []
        known = [t["tip"] for t in tallies.values() if t]
        common = max(known, key=known.count) if known else None
        for node in nodes:
            tally = tallies.get(node.name)
            if tally is None:
                lines.append(f"{node.name} does not know the election or does not answer")
            else:
                counted = sum(tally["votes"].values())
                lines.append(f"{node.name}: height {tally['height']}, tip {tally['tip'][:10]}, {counted} of {votes} votes")
                if tally["tip"] == common and counted == votes:
                    continue
            lines.append(node.tail())
        return "\n".join(lines)

    # -- clients -----------------------------------------------------------------------------------------------

    def run(self, program, *arguments, check=True, stderr=subprocess.PIPE, timeout=300):
        """A client, to its end: CompletedProcess with text. With `check`, anything but exit code 0 is Failed."""
        done = subprocess.run([str(self.bin / program), *map(str, arguments)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=stderr, text=True, timeout=timeout,
                              preexec_fn=_end_with_parent, check=False)
        if check and done.returncode != 0:
            raise Failed(f"{program} {' '.join(map(str, arguments[:6]))} ended with {done.returncode}:\n"
                         f"{done.stdout}{done.stderr or ''}")
        return done

    def admin(self, *arguments, **options):
        return self.run("admin-client", *arguments, **options)

    def vote(self, *arguments, **options):
        return self.run("vote-client", *arguments, **options)

    def open_election(self, node, candidates, title="Chair", *more):
        words = [word for name in candidates for word in ("--candidate", name)]
        done = self.admin("--json", "--node", node.url, "election", "open", "--title", title, *words, *more)
        return json.loads(done.stdout)["id"]

    def registered(self, network="dev"):
        """Addresses the bootstrap server lists, as admin-client shows them."""
        done = self.admin("--bootstrap", self.bootstrap.address, "get-peers", "--network", network, "--quiet")
        return set(done.stdout.split())

    # -- ending ------------------------------------------------------------------------------------------------

    def stop(self):
        """SIGTERM to the nodes, then to the bootstrap server; Failed when one does not exit 0 in time."""
        problems = []
        nodes = [p for p in self.processes if p.running and p is not self.bootstrap]
        for node in nodes:
            node.ask_to_stop()
        for process in nodes + [p for p in [self.bootstrap] if p is not None and p.running]:
            try:
                code = process.stop()
                if code != 0:
                    problems.append(f"{process.name} ended with {code}:\n{process.tail()}")
            except Failed as failure:
                problems.append(str(failure))
        if problems:
            raise Failed("\n".join(problems))
