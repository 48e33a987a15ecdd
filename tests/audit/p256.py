"""ECDSA verification over P-256 in plain integers, fast enough for thousands of signatures: Jacobian coordinates, both
scalars at once (Shamir's trick) in windows of four bits; for keys that sign again and again, tables of their multiples
that leave nothing to be doubled. A second implementation, written from FIPS 186-4 and SEC 1."""
import functools

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
INFINITY = (1, 1, 0)


def on_curve(x, y):
    return x < P and y < P and (y * y - x * x * x + 3 * x - B) % P == 0


def double(point):
    x, y, z = point
    if not z or not y:
        return INFINITY
    z2, y2 = z * z % P, y * y % P
    s, m = 4 * x * y2 % P, 3 * (x - z2) * (x + z2) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * y2 * y2) % P, 2 * y * z % P


def add(p, q):
    if not p[2] or not q[2]:
        return q if not p[2] else p
    x1, y1, z1 = p
    x2, y2, z2 = q
    z1_2, z2_2 = z1 * z1 % P, z2 * z2 % P
    u1, u2, s1, s2 = x1 * z2_2 % P, x2 * z1_2 % P, y1 * z2 * z2_2 % P, y2 * z1 * z1_2 % P
    if u1 == u2:
        return double(p) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - s1 * h3) % P, h * z1 * z2 % P


def multiples(point):
    """0 to 15 times the point."""
    table = [INFINITY, (*point, 1)]
    while len(table) < 16:
        table.append(double(table[len(table) // 2]) if len(table) % 2 == 0 else add(table[-1], table[1]))
    return table


OF_G = multiples(G)


@functools.lru_cache(maxsize=65)
def bytewise(point):
    """0 to 255 times 256^i times the point, for each byte i of a scalar. Costs as much as thirty verifications."""
    base, tables = (*point, 1), []
    for _ in range(32):
        table = [INFINITY, base]
        while len(table) < 256:
            table.append(add(table[-1], base) if len(table) % 2 else double(table[len(table) // 2]))
        tables.append(table)
        base = add(table[-1], base)
    return tables


def by_bytes(u1, u2, key):
    """u1 G + u2 key, by the tables of both."""
    sum_ = INFINITY
    for scalar, point in ((u1, G), (u2, key)):
        for digit, table in zip(scalar.to_bytes(32, "little"), bytewise(point)):
            if digit:
                sum_ = add(sum_, table[digit])
    return sum_


def by_doubling(u1, u2, key):
    """u1 G + u2 key, with no table but one of 16 multiples of each."""
    of_key, sum_ = multiples(key), INFINITY
    for shift in range(252, -4, -4):
        for _ in range(4 if sum_[2] else 0):
            sum_ = double(sum_)
        if digit := u1 >> shift & 15:
            sum_ = add(sum_, OF_G[digit])
        if digit := u2 >> shift & 15:
            sum_ = add(sum_, of_key[digit])
    return sum_


def verify(key, digest, signature, signs_often=False):
    """Whether the 64-byte signature r ‖ s, s at most n/2, is the 64-byte key's over the digest."""
    x, y = int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(key) != 64 or len(signature) != 64 or not on_curve(x, y) or not 0 < r < N or not 0 < s <= N // 2:
        return False
    inverse = pow(s, -1, N)
    u1, u2 = int.from_bytes(digest, "big") * inverse % N, r * inverse % N
    sum_ = (by_bytes if signs_often else by_doubling)(u1, u2, (x, y))
    if not sum_[2]:
        return False
    return sum_[0] * pow(sum_[2], -2, P) % P % N == r
