#!/usr/bin/env python3
"""An independent implementation of ../encoding.md, in Python without libraries, that checks the vectors beside it.

    check.py        exits 0 when every vector is what the document says, else stops at the first that is not

For writers of other clients: where the document leaves a doubt, this is short enough to read.
"""
import hashlib
import json
import pathlib
import struct


def load(name):
    return json.loads((pathlib.Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))


def expect(actual, published, what):
    if actual != published:
        raise SystemExit(f"{what}: {actual} is not what is published, {published}")


def sha256(data):
    return hashlib.sha256(data).digest()


# -- P-256 --

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def signature_holds(key, digest, signature):
    point = int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s <= N // 2):
        return False
    inverse = pow(s, -1, N)
    found = add(multiply(int.from_bytes(digest, "big") * inverse % N, G), multiply(r * inverse % N, point))
    return found is not None and found[0] % N == r


# -- encodings --

def text(value):
    encoded = value.encode("utf-8")
    return struct.pack("<I", len(encoded)) + encoded


def list_of(items):
    return struct.pack("<I", len(items)) + b"".join(items)


def statement_fields(statement):
    """The kind, and the fields after the author."""
    kind = statement["kind"]
    if kind == "open_election":
        electorate = {"open": 0, "roll": 1}[statement["electorate"]]
        return 1, (text(statement["title"]) + list_of([text(name) for name in statement["candidates"]])
                   + struct.pack("<BQQ", electorate, statement["opens_at_ms"], statement["closes_at_ms"]))
    if kind == "record":
        return 6, struct.pack("<Q", statement["nonce"]) + text(statement["data"])
    election = bytes.fromhex(statement["election"])
    if kind == "add_candidates":
        return 2, election + list_of([text(name) for name in statement["candidates"]])
    if kind == "enrol_voters":
        return 3, election + list_of([text(v["voter"]) + bytes.fromhex(v["key"]) for v in statement["voters"]])
    if kind == "close_election":
        return 4, election
    return 5, election + struct.pack("<H", statement["candidate"])


def header_bytes(header):
    return (struct.pack("<IQ", header["version"], int(header["height"])) + bytes.fromhex(header["previous"])
            + bytes.fromhex(header["transactions_root"])
            + struct.pack("<QIQ", header["time_ms"], int(header["bits"], 16), int(header["nonce"])))


# -- Merkle tree --

def leaf(data):
    return sha256(b"\x00" + data)


def node(left, right):
    return sha256(b"\x01" + left + right)


def root_of(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def root_by_proof(hash_, index, count, proof):
    proof, width = list(proof), count
    while width > 1:
        if index % 2:
            hash_ = node(proof.pop(0), hash_)
        elif index + 1 < width:
            hash_ = node(hash_, proof.pop(0))
        index, width = index // 2, (width + 1) // 2
    return None if proof else hash_


# -- work --

def compact(target):
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa


def target_of(bits):
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa >> 8 * (3 - size) if size < 3 else mantissa << 8 * (size - 3)
    return target if 2 <= target <= 2**255 and compact(target) == bits else None


def lwma(interval_ms, initial_bits, first_height, times_ms, bits):
    if first_height == 0:
        times_ms, bits = times_ms[1:], bits[1:]
    times_ms, bits = times_ms[-61:], bits[-61:]
    n = len(times_ms) - 1
    if n < 6:
        return initial_bits
    weighted, previous = 0, times_ms[0]
    for i in range(1, n + 1):
        time_ms = max(times_ms[i], previous + 1)
        weighted += i * min(time_ms - previous, 6 * interval_ms)
        previous = time_ms
    next_target = sum(map(target_of, bits[1:])) * weighted // (n * (n * (n + 1) // 2) * interval_ms)
    return compact(max(2, min(2**255, next_target)))


# -- the vectors --

def check_header(header):
    expect(header_bytes(header).hex(), header["encoding"], "a header's encoding")
    expect(sha256(header_bytes(header)).hex(), header["id"], "a block id")


def check_transaction(entry):
    kind, fields = statement_fields(entry["statement"])
    key, signature = bytes.fromhex(entry["author"]), bytes.fromhex(entry["signature"])
    body = bytes([kind]) + key + fields
    digest = sha256(b"suara.transaction\x00" + bytes.fromhex(entry["network_id"]) + body)
    secret = int.from_bytes(sha256(entry["secret_is_sha256_of"].encode()), "big")
    expect("%064x%064x" % multiply(secret, G), entry["author"], "a public key")
    expect(body.hex(), entry["body"], "a body")
    expect(sha256(body).hex(), entry["id"], "a transaction id")
    expect(digest.hex(), entry["digest"], "a digest")
    expect((body + signature).hex(), entry["encoding"], "a transaction")
    expect(signature_holds(key, digest, signature), True, "a signature")
    expect(signature_holds(key, sha256(digest), signature), False, "a signature of something else")


def check_tree(tree):
    hashes = [leaf(bytes.fromhex(data)) for data in tree["leaves"]]
    expect(root_of(hashes).hex(), tree["root"], "a root")
    expect(len(tree["proofs"]), len(hashes), "how many proofs there are")
    for index, proof in enumerate(tree["proofs"]):
        by_proof = root_by_proof(hashes[index], index, len(hashes), map(bytes.fromhex, proof))
        expect(by_proof and by_proof.hex(), tree["root"], "the root by an inclusion proof")


def check_target(entry):
    target = target_of(int(entry["bits"], 16))
    expect(target and "%064x" % target, entry["target"], f"the target of {entry['bits']}")
    expect(target and "%064x" % (2**256 // target), entry["work"], f"the work of {entry['bits']}")


def check_difficulty(case):
    bits = lwma(case["block_interval_ms"], int(case["initial_bits"], 16), case["first_height"], case["times_ms"],
                [int(entry, 16) for entry in case["bits"]])
    expect("%08x" % bits, case["next_bits"], case["what"])


def check_spec(entry):
    spec, genesis = json.loads(entry["canonical"]), entry["genesis"]
    canonical = json.dumps(spec, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    expect(canonical, entry["canonical"], "a canonical specification")
    network_id = sha256(canonical.encode("utf-8"))
    expect(network_id.hex(), entry["network_id"], "a network id")
    derived = {"version": 1, "height": "0", "previous": bytes(32).hex(), "transactions_root": sha256(b"").hex(),
               "time_ms": spec["genesis_time_ms"], "bits": spec["initial_bits"],
               "nonce": str(int.from_bytes(network_id[:8], "little"))}
    expect(derived, {name: genesis[name] for name in derived}, "a genesis header")
    check_header(genesis)


def check_seal(entry):
    header, network_id = entry["header"], bytes.fromhex(entry["network_id"])
    key, signature = bytes.fromhex(entry["miner"]), bytes.fromhex(entry["signature"])
    digest = sha256(b"suara.seal\x00" + network_id + bytes.fromhex(header["id"]))
    specs = {spec["network_id"]: json.loads(spec["canonical"]) for spec in load("chain_specs")}
    secret = int.from_bytes(sha256(entry["secret_is_sha256_of"].encode()), "big")
    check_header(header)
    expect("%064x%064x" % multiply(secret, G), entry["miner"], "a miner's public key")
    expect(entry["miner"] in specs[entry["network_id"]]["miners"], True, "a listed miner")
    expect(digest.hex(), entry["digest"], "a seal's digest")
    expect((header_bytes(header) + key + signature).hex(), entry["encoding"], "a sealed header")
    expect(signature_holds(key, digest, signature), True, "a seal")


def check_block(block, transactions):
    encodings = [bytes.fromhex(transactions[i]["encoding"]) for i in (0, 4, 5)]
    body = list_of([struct.pack("<I", len(encoding)) + encoding for encoding in encodings])
    header = block["header"]
    check_header(header)
    expect((header_bytes(header) + body).hex(), block["encoding"], "a block")
    expect(root_of([leaf(encoding) for encoding in encodings]).hex(), header["transactions_root"], "a block's root")
    expect([transactions[i]["id"] for i in (0, 4, 5)], block["transaction_ids"], "a block's transactions")
    expect(int(header["id"], 16) < target_of(int(header["bits"], 16)), True, "a block's work")


def check_sealed_block(block, transactions):
    header, seal, network_id = block["header"], block["seal"], bytes.fromhex(block["network_id"])
    check_seal({"header": header, "network_id": block["network_id"], "secret_is_sha256_of": "suara vectors miner 1", **seal,
                "encoding": header["encoding"] + seal["encoding"]})
    for entry, same in zip(block["transactions"], (transactions[i] for i in (0, 4, 5)), strict=True):
        body, signature = bytes.fromhex(same["body"]), bytes.fromhex(entry["signature"])
        digest = sha256(b"suara.transaction\x00" + network_id + body)
        expect(digest.hex(), entry["digest"], "a digest on another network")
        expect((body + signature).hex(), entry["encoding"], "a transaction of another network")
        expect(entry["id"], same["id"], "an id, which is no network's")
        expect(signature_holds(bytes.fromhex(same["author"]), digest, signature), True, "a signature for another network")
    encodings = [bytes.fromhex(entry["encoding"]) for entry in block["transactions"]]
    body = list_of([struct.pack("<I", len(encoding)) + encoding for encoding in encodings])
    expect((header_bytes(header) + body).hex(), block["encoding"], "a sealed block")
    expect(root_of([leaf(encoding) for encoding in encodings]).hex(), header["transactions_root"], "a sealed block's root")
    expect(int(header["id"], 16) < target_of(int(header["bits"], 16)), True, "a sealed block's work")


def main():
    checks = {"headers": check_header, "transactions": check_transaction, "merkle": check_tree,
              "targets": check_target, "difficulty": check_difficulty, "chain_specs": check_spec, "seals": check_seal}
    for name, check in checks.items():
        entries = load(name)
        expect(len(entries) > 0, True, f"{name} are there")
        for entry in entries:
            check(entry)
    check_block(load("block"), load("transactions"))
    check_sealed_block(load("sealed_block"), load("transactions"))


if __name__ == "__main__":
    main()
