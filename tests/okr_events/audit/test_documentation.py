"""docs/auditing.md suffices to write a verifier, and its example is correct to the last byte."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from okr_events.audit.trust import parse_keys
from okr_events.audit.verify import verify
from tests.okr_events.audit import independent_verifier as second

TEXT = (Path(__file__).parents[3] / "docs" / "auditing.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))
HASHES = {" ".join(name): bytes.fromhex(value) for *name, value in (line.split() for line in BLOCKS["hashes"].splitlines())}
EVENTS = [json.loads(line) for line in BLOCKS["ndjson"].splitlines()[:-1]]


def test_every_hash_of_the_example_follows_from_the_export():
    link, computed = bytes(32), {"seed": bytes(range(32)), "chain 0": bytes(32)}
    order = ("position", "recorded_at", "originator_id", "originator_version", "topic", "state", "envelope")
    for event in EVENTS:
        at = event["position"]
        data = b"\0" + "\n".join(str(event[name]) for name in order).encode()
        hashed = sha256(data).digest()
        link = sha256(link + hashed).digest()
        computed |= {f"data {at}": data, f"leaf {at}": hashed, f"chain {at}": link}
        assert event["chain"] == link.hex()
    first = second.node_hash(computed["leaf 1"], computed["leaf 2"])
    computed |= {"node 1 2": first, "root 2": first, "root 3": second.node_hash(first, computed["leaf 3"])}
    assert computed == HASHES


@pytest.mark.parametrize(("block", "size"), [("checkpoint", 3), ("kept", 2)])
def test_the_notes_of_the_example_are_signed_by_its_key(block, size):
    key = Ed25519PrivateKey.from_private_bytes(HASHES["seed"])
    public = b"\1" + key.public_key().public_bytes_raw()
    name = "okr.example/log"
    id = sha256(name.encode() + b"\n" + public).digest()[:4]
    assert BLOCKS["key"] == f"{name}+{id.hex()}+{b64encode(public).decode()}\n"
    body = f"{name}\n{size}\n{b64encode(HASHES[f'root {size}']).decode()}\n"
    signature = b64encode(id + key.sign(body.encode())).decode()
    assert BLOCKS[block] == f"{body}\n\u2014 {name} {signature}\n"


def test_the_last_lines_hold_the_note_of_the_example():
    for block in ("ndjson", "selection"):
        assert json.loads(BLOCKS[block].splitlines()[-1])["checkpoint"] == BLOCKS["checkpoint"]
    proved, last = map(json.loads, BLOCKS["selection"].splitlines())
    leaves = [b64encode(HASHES[f"leaf {at}"]).decode() for at in (1, 3)]
    assert (proved["proof"], last["consistency"]) == (leaves, leaves[1:])


@pytest.mark.parametrize("block", ["ndjson", "selection"])
def test_both_verifiers_find_the_example_valid_and_no_other_kept_checkpoint(block):
    data, key, kept = BLOCKS[block].encode(), BLOCKS["key"], BLOCKS["kept"]
    second.verify(data, kept, [key.rstrip("\n")])
    assert verify(data.splitlines(keepends=True), kept, parse_keys(key)).valid
    assert not verify(data.splitlines(keepends=True), kept.replace("2\n", "1\n", 1), parse_keys(key)).valid
