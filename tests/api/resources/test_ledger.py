"""The ledger over HTTP: signed checkpoints, and proofs against them."""

from base64 import b64decode
from contextlib import contextmanager
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import Checkpoint, VerifierKey
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import hash_leaf
from okr_events.register import checkpoints
from okr_events.register.tokens import Role
from tests.signatures import verify_every_signature

CHECKPOINT = "/v1/ledger/checkpoint"
INCLUSION = "/v1/ledger/proofs/inclusion"
CONSISTENCY = "/v1/ledger/proofs/consistency"


@pytest.fixture
def auditor_client(fresh_installation):
    return fresh_installation.caller(Role.AUDITOR)


@pytest.fixture
def append(fresh_installation):
    """Append a number of events."""

    def record(count=1):
        events = [StoredEvent(uuid4(), 1, "Unit.Renamed", b"{}") for _ in range(count)]
        fresh_installation.stores.log.insert_events(events, envelope=[Envelope(UUID(int=30))] * count)

    return record


@pytest.fixture
def leaves(fresh_installation):
    """The hashes of all leaves, from the events themselves."""

    def hashed():
        found = fresh_installation.stores.log.events_after(after=0, limit=10_000)
        return [
            hash_leaf(e.position, e.recorded_at, e.originator_id, e.originator_version, e.topic, e.state, e.envelope)
            for e in found
        ]

    return hashed


@pytest.fixture
def row_counts(fresh_installation, monkeypatch):
    """The number of rows that each statement on the log has read since."""
    seen, reading = [], fresh_installation.stores.log.read_transaction

    @contextmanager
    def watched():
        with reading() as run:

            def counted(statement, params):
                rows = run(statement, params)
                seen.append((statement, len(rows)))
                return rows

            yield counted

    monkeypatch.setattr(fresh_installation.stores.log, "read_transaction", watched)
    return seen


def merkle_root(leaves):
    """The Merkle tree hash of RFC 6962, section 2.1, literally."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def decode_hashes(texts):
    return [b64decode(text) for text in texts]


def test_a_checkpoint_is_the_signed_root_of_the_whole_log(auditor_client, append, leaves):
    append(11)
    body = auditor_client.get(CHECKPOINT)
    assert (body.status_code, body.content_type, body.headers["OKR-Position"]) == (200, "application/json", "11")
    signed = verify_every_signature(body.json["note"], [VerifierKey.parse(key) for key in body.json["keys"]])
    assert (signed.origin, signed.size, signed.root) == (body.json["origin"], 11, merkle_root(leaves()))
    assert (body.json["size"], b64decode(body.json["root"])) == (11, signed.root)


def test_the_note_alone_is_plain_text(auditor_client, append):
    append(3)
    plain = auditor_client.get(CHECKPOINT, Accept="text/plain")
    assert plain.content_type.startswith("text/plain")
    assert plain.text == auditor_client.get(f"{CHECKPOINT}?format=note").text == auditor_client.get(CHECKPOINT).json["note"]
    assert auditor_client.get(CHECKPOINT, Accept="image/png").status_code == 406


def test_a_log_that_did_not_grow_has_the_same_checkpoint(auditor_client, append):
    append(2)
    first = auditor_client.get(CHECKPOINT)
    assert auditor_client.get(CHECKPOINT).data == first.data
    assert auditor_client.get(CHECKPOINT, If_None_Match=first.headers["ETag"]).status_code == 304
    append()
    assert auditor_client.get(CHECKPOINT, If_None_Match=first.headers["ETag"]).json["size"] == 3


def test_a_log_that_lost_its_end_is_not_signed(auditor_client, append, fresh_installation):
    append(2)
    name = auditor_client.get(CHECKPOINT).json["origin"]
    with fresh_installation.stores.register.write_transaction() as connection:
        checkpoints.insert_checkpoint(connection, Checkpoint(name, 9, bytes(32)), "", "demand", pending=False)
    refused = auditor_client.get(CHECKPOINT)
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (503, "log-not-continued")
    assert refused.json["detail"] == "A checkpoint covers 9 events, but the log has 2: its end was lost."


def test_an_empty_log_has_a_checkpoint_too(auditor_client):
    assert auditor_client.get(CHECKPOINT).json["root"] == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_an_earlier_checkpoint_is_found_by_its_size(auditor_client, append):
    notes = {}
    for size in (2, 4):
        append(2)
        notes[size] = auditor_client.get(CHECKPOINT).json["note"]
    append()
    for response, found in ((2, 2), (3, 2), (4, 4), (5, 4), (99, 4)):
        assert auditor_client.get(f"{CHECKPOINT}?size={response}").json["note"] == notes[found]
    refused = auditor_client.get(f"{CHECKPOINT}?size=1")
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, "none-so-early")
    assert refused.json["errors"][0]["parameter"] == "size"


def test_every_event_is_proved_to_be_in_every_tree_after_it(auditor_client, append, leaves):
    append(13)
    there = leaves()
    for size in (*range(1, 14), None):
        for position in range(1, (size or 13) + 1):
            proof = auditor_client.get(INCLUSION, {"position": position} | ({"size": size} if size else {})).json
            root = merkle_root(there[: proof["size"]])
            assert (proof["size"], b64decode(proof["leaf"]), b64decode(proof["root"])) == (
                size or 13,
                there[position - 1],
                root,
            )
            assert merkle.verify_inclusion(there[position - 1], position, proof["size"], decode_hashes(proof["hashes"]), root)


def test_every_tree_is_proved_to_begin_every_later_one(auditor_client, append, leaves):
    append(13)
    there = leaves()
    for later in (*range(1, 14), None):
        for earlier in range(1, (later or 13) + 1):
            proof = auditor_client.get(CONSISTENCY, {"from": earlier} | ({"to": later} if later else {})).json
            first, second = merkle_root(there[:earlier]), merkle_root(there[: proof["to"]])
            assert (b64decode(proof["from_root"]), b64decode(proof["to_root"])) == (first, second)
            assert (proof["from"], proof["to"]) == (earlier, later or 13)
            assert merkle.verify_consistency(earlier, proof["to"], decode_hashes(proof["hashes"]), first, second)


OUTSIDE = (
    (f"{INCLUSION}?position=6", "beyond-the-tree", "position"),
    (f"{INCLUSION}?position=4&size=3", "beyond-the-tree", "position"),
    (f"{INCLUSION}?position=1&size=6", "beyond-the-log", "size"),
    (f"{INCLUSION}?position=0", "invalid-fields", "position"),
    (f"{INCLUSION}?position=x", "invalid-fields", "position"),
    (f"{INCLUSION}?position=1&size=0", "invalid-fields", "size"),
    (f"{INCLUSION}?position={2**70}", "invalid-fields", "position"),
    (INCLUSION, "invalid-fields", "position"),
    (f"{CONSISTENCY}?from=4&to=3", "beyond-the-tree", "from"),
    (f"{CONSISTENCY}?from=6", "beyond-the-tree", "from"),
    (f"{CONSISTENCY}?from=1&to=6", "beyond-the-log", "to"),
    (f"{CONSISTENCY}?from=0&to=3", "invalid-fields", "from"),
    (f"{CONSISTENCY}?to=3", "invalid-fields", "from"),
    (f"{CONSISTENCY}?from=1&earlier=1", "invalid-fields", "earlier"),
    (f"{CHECKPOINT}?size=-1", "invalid-fields", "size"),
    (f"{CHECKPOINT}?as_of=position:1", "invalid-fields", "as_of"),
)


def test_what_lies_outside_the_log_is_pointed_at(auditor_client, append):
    append(5)
    for address, rule, parameter in OUTSIDE:
        refused = auditor_client.get(address)
        assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (422, rule), address
        assert [error["parameter"] for error in refused.json["errors"]] == [parameter], address


def test_a_proof_reads_one_row_for_each_level_of_the_tree_in_one_query(auditor_client, append, row_counts):
    append(3_000)
    for address in (f"{INCLUSION}?position=1234&size=2900", f"{CONSISTENCY}?from=1234&to=2900", CHECKPOINT):
        row_counts.clear()
        assert auditor_client.get(address).status_code == 200
        nodes = [rows for statement, rows in row_counts if "FROM tree" in statement]
        assert len(nodes) == 1, address
        assert nodes[0] <= 3 * 12, address
        assert len(row_counts) == 2, address  # the other is the head
        assert sum(rows for _, rows in row_counts) == nodes[0] + 1


def test_a_checkpoint_after_another_reads_a_proof_more(auditor_client, append, row_counts):
    append(1_500)
    auditor_client.get(CHECKPOINT)
    append(1_500)
    row_counts.clear()
    assert auditor_client.get(CHECKPOINT).json["size"] == 3_000
    assert sum(rows for _, rows in row_counts) <= 3 * 12 + 1


@pytest.mark.usefixtures("world")
def test_the_ledger_is_for_auditors_and_admins(auditor, admin, reader, member):
    for address in (CHECKPOINT, f"{INCLUSION}?position=1", f"{CONSISTENCY}?from=1"):
        for caller, statuses in ((auditor, {200}), (admin, {200}), (reader, {403}), (member, {403})):
            assert caller.get(address).status_code in statuses, address


def test_the_ledger_records_nothing_in_the_log(auditor_client, append, fresh_installation):
    append(2)
    for address in (CHECKPOINT, f"{INCLUSION}?position=1", f"{CONSISTENCY}?from=1"):
        assert auditor_client.get(address).status_code == 200
    assert fresh_installation.head == 2
