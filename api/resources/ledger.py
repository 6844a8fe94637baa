"""The ledger: signed checkpoints of the log, and proofs that an event, or an earlier checkpoint, is in it."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any
from zlib import crc32

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from api.http import responses
from api.http.authentication import AUDITORS, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import stores
from api.http.operation_docs import document_operation
from api.operations.checkpoints import DEMAND, create_checkpoint
from api.schemas import ledger as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import parse_unverified
from okr_events.event_log.merkle import HashLookup, Node
from okr_events.register import checkpoints, signing_keys

NOTE = MediaFormat("note", "text/plain", lambda checkpoint: checkpoint["note"])
Body = dict[str, Any]
View = Callable[[dict[str, Any]], tuple[int, Body]]
"""Takes the query; gives the size of the tree, and what the answer shows."""


class NoCheckpointOfSize(Invalid):
    code = "none-so-early"
    title = "No checkpoint was made over so few events."


class SizeBeyondLog(Invalid):
    code = "beyond-the-log"
    title = "The log is not that long."


class OutsideTree(Invalid):
    code = "beyond-the-tree"
    title = "It lies outside the tree of this size."


blueprint = Blueprint("ledger", __name__, description="What an auditor keeps elsewhere, and what proves the log against it.")


def _ledger_query(
    query: type[Schema], *, shows: Any, forms: Sequence[MediaFormat] = (JSON,)
) -> Callable[[View], Callable[[], Response]]:
    query = with_format(query, forms)

    def decorate(view: View) -> Callable[[], Response]:
        @wraps(view)
        def answered() -> Response:
            args: dict[str, Any] = query().load(request.args, unknown=RAISE)
            form = negotiate_format(forms, args.pop("format", None))
            size, body = view(args)
            tag = responses.etag(size, None, crc32(orjson.dumps(body)))
            if responses.etag_matches(tag):
                return add_vary_header(responses.not_modified_response(tag, size), forms)
            return add_vary_header(responses.formatted_response(form, body, tag=tag, position=size), forms)

        return document_operation(require_role(AUDITORS)(answered), query=query, shows=shows, forms=forms)

    return decorate


@blueprint.get("/v1/ledger/checkpoint")
@_ledger_query(schemas.CheckpointQuery, shows=schemas.SignedCheckpoint, forms=(JSON, NOTE))
def checkpoint(query: dict[str, Any]) -> tuple[int, Body]:
    """Read a signed checkpoint: of the log as it is now, or the newest over at most so many events."""
    own = stores()
    note = _fetch_note(query["size"]) if "size" in query else create_checkpoint(own, own.settings, DEMAND)
    body = parse_unverified(note)
    with own.register.engine.connect() as connection:
        keys = [known.verifier.text for known in signing_keys.list_known_keys(connection)]
    return body.size, {"origin": body.origin, "size": body.size, "root": _encode_hash(body.root), "note": note, "keys": keys}


@blueprint.get("/v1/ledger/proofs/inclusion")
@_ledger_query(schemas.InclusionQuery, shows=schemas.InclusionProof)
def inclusion_proof(query: dict[str, Any]) -> tuple[int, Body]:
    """Prove that the event at a position is in the tree over the first so many."""
    size, position = _resolve_size("/size", query.get("size")), query["position"]
    if position > size:
        raise OutsideTree("/position")
    hashes = _prefetch_hashes(
        partial(merkle.inclusion_proof, position, size), partial(merkle.compute_root, size), partial(_leaf_hash, position)
    )
    path, root, leaf = (
        merkle.inclusion_proof(position, size, hashes),
        merkle.compute_root(size, hashes),
        _leaf_hash(position, hashes),
    )
    told = {"leaf": _encode_hash(leaf), "hashes": [_encode_hash(hashed) for hashed in path], "root": _encode_hash(root)}
    return size, {"position": position, "size": size, **told}


@blueprint.get("/v1/ledger/proofs/consistency")
@_ledger_query(schemas.ConsistencyQuery, shows=schemas.ConsistencyProof)
def consistency_proof(query: dict[str, Any]) -> tuple[int, Body]:
    """Prove that the tree over the first so many events begins the one over more."""
    later, earlier = _resolve_size("/to", query.get("later")), query["earlier"]
    if earlier > later:
        raise OutsideTree("/from")
    hashes = _prefetch_hashes(
        partial(merkle.consistency_proof, earlier, later),
        partial(merkle.compute_root, earlier),
        partial(merkle.compute_root, later),
    )
    roots = {
        "from_root": _encode_hash(merkle.compute_root(earlier, hashes)),
        "to_root": _encode_hash(merkle.compute_root(later, hashes)),
    }
    path = [_encode_hash(hashed) for hashed in merkle.consistency_proof(earlier, later, hashes)]
    return later, {"from": earlier, "to": later, **roots, "hashes": path}


def _fetch_note(at_most: int) -> str:
    with stores().register.engine.connect() as connection:
        found = checkpoints.find_latest(connection, at_most=at_most)
    if found is None:
        raise NoCheckpointOfSize("/size")
    return found.note


def _resolve_size(pointer: str, asked: int | None) -> int:
    """The size asked for, or the log's own."""
    head: int = stores().log.head().position
    if asked is not None and asked > head:
        raise SizeBeyondLog(pointer, f"The log holds {head} events.")
    return head if asked is None else asked


def _leaf_hash(position: int, hashes: HashLookup) -> bytes:
    return hashes([(0, position - 1)])[0]


def _prefetch_hashes(*questions: Callable[[HashLookup], Any]) -> HashLookup:
    """A lookup of all the nodes that some questions need, read by one query: each is first asked which they are."""
    wanted: dict[Node, bytes] = {}

    def listening(nodes: Sequence[Node]) -> list[bytes]:
        wanted.update(dict.fromkeys(nodes, b""))
        return [b""] * len(nodes)

    for question in questions:
        question(listening)
    found = dict(zip(wanted, stores().log.fetch_hashes(list(wanted)), strict=True))
    return lambda nodes: [found[node] for node in nodes]


def _encode_hash(hashed: bytes) -> str:
    return b64encode(hashed).decode()
