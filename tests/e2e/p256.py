"""ECDSA over P-256 with SHA-256 in plain integers: a second implementation, for tests only (not constant in time)."""
import hashlib
import secrets

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(p, q):
    if p is None or q is None:
        return p or q
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if p == q else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(k, point):
    result = None
    while k:
        if k & 1:
            result = add(result, point)
        point = add(point, point)
        k >>= 1
    return result


class Key:
    def __init__(self, secret=None):
        self.secret = secret or 1 + secrets.randbelow(N - 1)
        x, y = multiply(self.secret, G)
        self.public = x.to_bytes(32, "big") + y.to_bytes(32, "big")

    @staticmethod
    def from_seed(seed):
        return Key(int.from_bytes(hashlib.sha256(seed).digest(), "big"))

    def sign(self, digest, low_s=True):
        """r and s, 32 bytes each; `low_s=False` gives the other valid signature, which the ledger refuses."""
        z = int.from_bytes(digest, "big")
        while True:
            k = 1 + secrets.randbelow(N - 1)
            r = multiply(k, G)[0] % N
            s = pow(k, -1, N) * (z + r * self.secret) % N
            if r and s:
                s = min(s, N - s) if low_s else max(s, N - s)
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")
