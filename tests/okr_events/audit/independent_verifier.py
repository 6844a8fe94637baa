"""Another verifier, written from docs/auditing.md alone: it shares nothing with the first, and holds everything in memory."""

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVENT = {"envelope": str, "originator_id": str, "originator_version": int, "position": int, "recorded_at": int, "state": str}
EVENT |= {"topic": str}
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Wrong(Exception):
    pass


def demand(truth):
    if not truth:
        raise Wrong


def verify(data, kept, keys):
    """Raise `Wrong`, or something else, unless the export is valid against the kept checkpoint and the lines of keys."""
    trusted = [key(line) for line in keys]
    origin, kept_size, kept_root = checkpoint(kept, trusted, strict=False)
    demand(data.endswith(b"\n"))
    *events, last = [members(line) for line in data[:-1].split(b"\n")]
    log, size, root = checkpoint(last["checkpoint"], trusted, strict=True)
    demand(log == origin and kept_size <= size)
    proved = bool(events) and "proof" in events[0]
    named = EVENT | ({"proof": list, "size": int} if proved else {"chain": str})
    leaves, chain, before = [], bytes(32), (0, 0)
    for event in events:
        demand({name: type(value) for name, value in event.items()} == named)
        leaves.append(leaf(event))
        chain = sha256(chain + leaves[-1]).digest()
        at, time = event["position"], event["recorded_at"]
        demand(before[0] < at and before[1] < time and (proved or (at == len(leaves) and event["chain"] == chain.hex())))
        demand(not proved or (event["size"] == size >= at))
        demand(not proved or included(leaves[-1], at - 1, size, hashes(event["proof"])) == root)
        before = (at, time)
    if not proved:
        demand(set(last) == {"checkpoint"} and size == len(leaves))
        demand(tree(leaves) == root and tree(leaves[:kept_size]) == kept_root)
    elif 0 < kept_size < size:
        demand(consistent(kept_size, size, hashes(last.pop("consistency")), True, kept_root) == (kept_root, root))  # noqa: FBT003
    else:
        demand(kept_root == (root if kept_size else tree([])))
    demand(not proved or set(last) == {"checkpoint"})


def key(line):
    name, id, encoded = line.split("+", 2)
    public = b64decode(encoded, validate=True)
    demand(public[:1] == b"\x01" and sha256(name.encode() + b"\n" + public).digest()[:4].hex() == id)
    demand(b64encode(public).decode() == encoded)
    return name, bytes.fromhex(id), Ed25519PublicKey.from_public_bytes(public[1:])


def checkpoint(note, keys, *, strict):
    text, _, below = note.rpartition("\n\n")
    origin, size, root, end = (text + "\n").split("\n")
    signers = set()
    for line in below.removesuffix("\n").split("\n"):
        name, encoded = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line).groups()
        signature = b64decode(encoded, validate=True)
        demand(b64encode(signature).decode() == encoded)
        known = [each for each in keys if each[:2] == (name, signature[:4])]
        demand(known or not strict)
        for _, _, public in known:
            public.verify(signature[4:], (text + "\n").encode())
            signers.add(name)
    demand(origin in signers and not end and re.fullmatch("0|[1-9][0-9]*", size) and below.endswith("\n"))
    return origin, int(size), one_hash(root)


def members(line):
    demand(len(line) < 16 * 2**20)
    said = json.loads(line)
    demand(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == line)
    return said


def leaf(event):
    for name in ("originator_version", "position", "recorded_at"):
        demand(0 < event[name] < 2**53)
    demand(re.fullmatch(UUID, event["originator_id"]))
    order = ("position", "recorded_at", "originator_id", "originator_version", "topic", "state", "envelope")
    text = "\n".join(str(event[name]) for name in order)
    demand(text.count("\n") == len(order) - 1)
    return sha256(b"\0" + text.encode()).digest()


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def half(size):
    return 1 << (size - 1).bit_length() - 1


def tree(leaves):
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256().digest()
    return node(tree(leaves[: half(len(leaves))]), tree(leaves[half(len(leaves)) :]))


def included(hashed, index, size, proof):
    if size == 1:
        demand(not proof)
        return hashed
    *rest, last = proof
    if index < half(size):
        return node(included(hashed, index, half(size), rest), last)
    return node(last, included(hashed, index - half(size), size - half(size), rest))


def consistent(earlier, size, proof, whole, first):
    """The earlier root and the later one, as RFC 6962 section 2.1.2 divides the proof."""
    if earlier == size:
        (only,) = [first, *proof] if whole else proof
        return only, only
    *rest, last = proof
    if earlier <= half(size):
        below, above = consistent(earlier, half(size), rest, whole, first)
        return below, node(above, last)
    below, above = consistent(earlier - half(size), size - half(size), rest, False, first)  # noqa: FBT003
    return node(last, below), node(last, above)


def hashes(proof):
    return [one_hash(text) for text in proof]


def one_hash(text):
    hashed = b64decode(text, validate=True)
    demand(len(hashed) == 32 and b64encode(hashed).decode() == text)
    return hashed
