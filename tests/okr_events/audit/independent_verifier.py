"""An independent verifier, written from docs/auditing.md alone, without code of the first; it keeps everything in memory."""

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVENT = {"envelope": str, "originator_id": str, "originator_version": int, "position": int, "recorded_at": int, "state": str}
EVENT |= {"topic": str}
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class InvalidExport(Exception):
    pass


def require(truth):
    if not truth:
        raise InvalidExport


def verify(data, kept, keys):
    """Raise `InvalidExport`, or another exception, unless the export is valid against the kept checkpoint and the keys."""
    trusted = [parse_key(line) for line in keys]
    origin, kept_size, kept_root = verify_checkpoint(kept, trusted)
    require(data.endswith(b"\n"))
    *events, last = [parse_line(line) for line in data[:-1].split(b"\n")]
    log, size, root = verify_checkpoint(last["checkpoint"], trusted)
    require(log == origin and kept_size <= size)
    proved = bool(events) and "proof" in events[0]
    named = EVENT | ({"proof": list, "size": int} if proved else {"chain": str})
    leaves, chain, before, versions = [], bytes(32), (0, 0), {}
    for event in events:
        require({name: type(value) for name, value in event.items()} == named)
        leaves.append(leaf_hash(event))
        chain = sha256(chain + leaves[-1]).digest()
        at, time = event["position"], event["recorded_at"]
        require(before[0] < at and before[1] < time and (proved or (at == len(leaves) and event["chain"] == chain.hex())))
        require(not proved or (event["size"] == size >= at))
        require(not proved or inclusion_root(leaves[-1], at - 1, size, decode_proof(event["proof"])) == root)
        due, version = versions.get(event["originator_id"], 0) + 1, event["originator_version"]
        require(version >= due if proved else version == due)
        before, versions[event["originator_id"]] = (at, time), version
    if not proved:
        require(set(last) == {"checkpoint"} and size == len(leaves))
        require(tree_root(leaves) == root and tree_root(leaves[:kept_size]) == kept_root)
    elif 0 < kept_size < size:
        require(consistency_roots(kept_size, size, decode_proof(last.pop("consistency")), True, kept_root) == (kept_root, root))  # noqa: FBT003
    else:
        require(kept_root == (root if kept_size else tree_root([])))
        decode_proof(last.pop("consistency", []))
    require(not proved or set(last) == {"checkpoint"})


def parse_key(line):
    name, id, encoded = line.split("+", 2)
    public = b64decode(encoded, validate=True)
    require(public[:1] == b"\x01" and sha256(name.encode() + b"\n" + public).digest()[:4].hex() == id)
    require(b64encode(public).decode() == encoded)
    return name, bytes.fromhex(id), Ed25519PublicKey.from_public_bytes(public[1:])


def verify_checkpoint(note, keys):
    text, _, below = note.rpartition("\n\n")
    origin, size, root, end = (text + "\n").split("\n")
    signers = set()
    for line in below.removesuffix("\n").split("\n"):
        name, encoded = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line).groups()
        signature = b64decode(encoded, validate=True)
        require(b64encode(signature).decode() == encoded)
        known = [each for each in keys if each[:2] == (name, signature[:4])]
        for _, _, public in known:
            public.verify(signature[4:], (text + "\n").encode())
            signers.add(name)
    require(origin in signers and not end and re.fullmatch("0|[1-9][0-9]*", size) and below.endswith("\n"))
    return origin, int(size), decode_hash(root)


def parse_line(line):
    require(len(line) < 16 * 2**20)
    members = json.loads(line)
    require(json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == line)
    return members


def leaf_hash(event):
    for name in ("originator_version", "position", "recorded_at"):
        require(0 < event[name] < 2**53)
    require(re.fullmatch(UUID, event["originator_id"]))
    order = ("position", "recorded_at", "originator_id", "originator_version", "topic", "state", "envelope")
    text = "\n".join(str(event[name]) for name in order)
    require(text.count("\n") == len(order) - 1)
    return sha256(b"\0" + text.encode()).digest()


def node_hash(left, right):
    return sha256(b"\1" + left + right).digest()


def split_size(size):
    return 1 << (size - 1).bit_length() - 1


def tree_root(leaves):
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256().digest()
    return node_hash(tree_root(leaves[: split_size(len(leaves))]), tree_root(leaves[split_size(len(leaves)) :]))


def inclusion_root(hashed, index, size, proof):
    if size == 1:
        require(not proof)
        return hashed
    *rest, last = proof
    if index < split_size(size):
        return node_hash(inclusion_root(hashed, index, split_size(size), rest), last)
    return node_hash(last, inclusion_root(hashed, index - split_size(size), size - split_size(size), rest))


def consistency_roots(earlier, size, proof, whole, first):
    """Return the earlier and the later root, following the division of RFC 6962 section 2.1.2."""
    if earlier == size:
        (only,) = [first, *proof] if whole else proof
        return only, only
    *rest, last = proof
    if earlier <= split_size(size):
        below, above = consistency_roots(earlier, split_size(size), rest, whole, first)
        return below, node_hash(above, last)
    below, above = consistency_roots(earlier - split_size(size), size - split_size(size), rest, False, first)  # noqa: FBT003
    return node_hash(last, below), node_hash(last, above)


def decode_proof(proof):
    return [decode_hash(text) for text in proof]


def decode_hash(text):
    hashed = b64decode(text, validate=True)
    require(len(hashed) == 32 and b64encode(hashed).decode() == text)
    return hashed
