"""Machines of our own: each a network namespace with an address, joined by switches that are bridges in one more namespace.

Nothing outside these namespaces is touched. They are named after this process, and gone when Hosts is left (`with`),
whatever happened: with a namespace go its interfaces. A link that is taken down drops what passes, and tells nobody.
"""
import contextlib
import ctypes
import os
import subprocess

from cluster import Bootstrap, Node

NETWORK = "10.201.0"  # only ever inside the namespaces
PEER_PORT = 3000
CLONE_NEWNET = 0x40000000


def impossible():
    """Why there can be no namespaces here; None when there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    try:
        name = f"suara-{os.getpid()}-probe"
        subprocess.run(["ip", "netns", "add", name], check=True, capture_output=True)
        subprocess.run(["ip", "netns", "delete", name], check=True, capture_output=True)
    except FileNotFoundError:
        return "the program `ip` is missing (Debian's package iproute2)"
    except subprocess.CalledProcessError as error:
        return f"network namespaces are not permitted here: {error.stderr.decode().strip()}"
    return None


def _enter(descriptor):
    """This thread's new sockets, and its children, belong to that namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Hosts:
    def __init__(self):
        self.prefix = f"suara-{os.getpid()}"
        self.namespaces = []
        self.links = 0

    def __enter__(self):
        self.switches = self.add_namespace("switches")
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        for namespace in self.namespaces:
            subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True)
        self.namespaces = []

    def remove_host(self, namespace):
        self.ip("netns", "delete", namespace)
        self.namespaces.remove(namespace)

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *map(str, words)], check=True, capture_output=True)

    def add_namespace(self, name):
        namespace = f"{self.prefix}-{name}"
        self.ip("netns", "add", namespace)
        self.namespaces.append(namespace)
        self.ip("-n", namespace, "link", "set", "lo", "up")
        return namespace

    # -- switches and their links ------------------------------------------------------------------------------------

    def add_switch(self, name):
        self.ip("-n", self.switches, "link", "add", name, "type", "bridge")
        self.ip("-n", self.switches, "link", "set", name, "up")
        return name

    def plug(self, interface, switch):
        self.ip("-n", self.switches, "link", "set", interface, "master", switch, "up")

    def join(self, left, right):
        """A cable between two switches; the end that set_link takes."""
        self.ip("-n", self.switches, "link", "add", "trunk0", "type", "veth", "peer", "name", "trunk1")
        self.plug("trunk0", left)
        self.plug("trunk1", right)
        return "trunk0"

    def set_link(self, interface, state):
        """`up` or `down`."""
        self.ip("-n", self.switches, "link", "set", interface, state)

    # -- hosts -------------------------------------------------------------------------------------------------------

    def add_host(self, name, switch):
        """A namespace with an address of its own: (namespace, address)."""
        namespace = self.add_namespace(name)
        self.links += 1
        port, address = f"port{self.links}", f"{NETWORK}.{self.links}"
        self.ip("-n", self.switches, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        self.plug(port, switch)
        self.ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
        self.ip("-n", namespace, "link", "set", "eth0", "up")
        return namespace, address


@contextlib.contextmanager
def inside(namespace):
    """What is opened or started here is that host's."""
    with open("/proc/thread-self/ns/net") as ours, open(f"/run/netns/{namespace}") as theirs:
        _enter(theirs.fileno())
        try:
            yield
        finally:
            _enter(ours.fileno())


class HostedBootstrap(Bootstrap):
    """A bootstrap server on a host of its own."""

    def __init__(self, cluster, namespace, address):
        super().__init__(cluster, name=namespace)
        self.namespace = namespace
        self.address = f"{address}:{self.port}"
        self.arguments[self.arguments.index("--listen") + 1] = self.address

    def start(self):
        with inside(self.namespace):
            return super().start()

    def answers(self, path="/livez"):
        with inside(self.namespace):
            return super().answers(path)


class HostedNode(Node):
    """A node on a host of its own; asked over HTTP from there."""

    def __init__(self, cluster, namespace, address):
        super().__init__(cluster, namespace, [])
        self.namespace = namespace
        self.address = f"{address}:{PEER_PORT}"

    def start(self):
        with inside(self.namespace):
            return super().start()

    def request(self, *arguments, **options):
        with inside(self.namespace):
            return super().request(*arguments, **options)
