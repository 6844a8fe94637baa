"""The ledger: signed checkpoints of the log, and proofs that it contains an event or an earlier checkpoint."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import wraps
from zlib import crc32

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema

from api.http import responses
from api.http.authentication import AUDITORS, require_role
from api.http.content_negotiation import JSON, MediaFormat, add_vary_header, negotiate_format, with_format
from api.http.context import stores
from api.http.openapi import document_operation
from api.http.query_parameters import parse_query
from api.operations.checkpoints import DEMAND, create_checkpoint
from api.schemas import ledger as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import parse_unverified
from okr_events.event_log.merkle import HashLookup, Node
from okr_events.event_log.recorder import LogRecorder
from okr_events.json_types import JsonObject
from okr_events.register import checkpoints, signing_keys
from okr_events.register.register import Register

NOTE = MediaFormat("note", "text/plain", lambda checkpoint: checkpoint["note"])
View = Callable[[JsonObject], tuple[int, JsonObject]]
"""Takes the query parameters; returns the size of the tree and the body."""


class NoCheckpointOfSize(Invalid):
    code = "none-so-early"
    title = "There is no checkpoint of this size or smaller."


class SizeBeyondLog(Invalid):
    code = "beyond-the-log"
    title = "The log has fewer events."


class OutsideTree(Invalid):
    code = "beyond-the-tree"
    title = "The position lies outside the tree of this size."


blueprint = Blueprint("ledger", __name__, description="Checkpoints of the log, and proofs against them.")


def _ledger_query(
    query: type[Schema], *, response: type[Schema], formats: Sequence[MediaFormat] = (JSON,)
) -> Callable[[View], Callable[[], Response]]:
    query = with_format(query, formats)

    def decorate(view: View) -> Callable[[], Response]:
        @wraps(view)
        def endpoint() -> Response:
            parameters = parse_query(query, request.args)
            media_format = negotiate_format(formats, parameters.pop("format", None), request.accept_mimetypes)
            size, body = view(parameters)
            tag = responses.etag(request, size, None, crc32(orjson.dumps(body)))
            if responses.is_unwanted(request, tag):
                return add_vary_header(responses.not_modified_response(tag, size), formats)
            return add_vary_header(responses.formatted_response(request, media_format, body, tag=tag, position=size), formats)

        return document_operation(require_role(AUDITORS)(endpoint), query=query, response=response, formats=formats)

    return decorate


@blueprint.get("/v1/ledger/checkpoint")
@_ledger_query(schemas.CheckpointQuery, response=schemas.SignedCheckpoint, formats=(JSON, NOTE))
def checkpoint(query: JsonObject) -> tuple[int, JsonObject]:
    """Read a signed checkpoint: a new one of the whole log, or the newest of at most `size` events."""
    backend = stores()
    register = backend.register
    note = _fetch_note(register, query["size"]) if "size" in query else create_checkpoint(backend, backend.settings, DEMAND)
    body = parse_unverified(note)
    with register.connect() as connection:
        keys = [key.verifier.text for key in signing_keys.list_known_keys(connection)]
    return body.size, {"origin": body.origin, "size": body.size, "root": _encode_hash(body.root), "note": note, "keys": keys}


@blueprint.get("/v1/ledger/proofs/inclusion")
@_ledger_query(schemas.InclusionQuery, response=schemas.InclusionProof)
def inclusion_proof(query: JsonObject) -> tuple[int, JsonObject]:
    """Prove that the tree of the first `size` events contains the event at a position."""
    log = stores().log
    size, position = _resolve_size(log, "/size", query.get("size")), query["position"]
    if position > size:
        raise OutsideTree("/position")

    def prove(hashes: HashLookup) -> JsonObject:
        leaf, root = hashes([(0, position - 1)])[0], merkle.compute_root(size, hashes)
        path = [_encode_hash(node) for node in merkle.inclusion_proof(position, size, hashes)]
        return {"leaf": _encode_hash(leaf), "hashes": path, "root": _encode_hash(root)}

    return size, {"position": position, "size": size, **_compute(log, prove)}


@blueprint.get("/v1/ledger/proofs/consistency")
@_ledger_query(schemas.ConsistencyQuery, response=schemas.ConsistencyProof)
def consistency_proof(query: JsonObject) -> tuple[int, JsonObject]:
    """Prove that the tree of the first `from` events is the beginning of the tree of the first `to` events."""
    log = stores().log
    later, earlier = _resolve_size(log, "/to", query.get("later")), query["earlier"]
    if earlier > later:
        raise OutsideTree("/from")

    def prove(hashes: HashLookup) -> JsonObject:
        roots = {name: merkle.compute_root(size, hashes) for name, size in (("from_root", earlier), ("to_root", later))}
        path = [_encode_hash(node) for node in merkle.consistency_proof(earlier, later, hashes)]
        return {**{name: _encode_hash(root) for name, root in roots.items()}, "hashes": path}

    return later, {"from": earlier, "to": later, **_compute(log, prove)}


def _fetch_note(register: Register, at_most: int) -> str:
    with register.connect() as connection:
        found = checkpoints.find_latest(connection, at_most=at_most)
    if found is None:
        raise NoCheckpointOfSize("/size")
    return found.note


def _resolve_size(log: LogRecorder, pointer: str, size: int | None) -> int:
    """The size, or the log's own without one."""
    head = log.head().position
    if size is not None and size > head:
        raise SizeBeyondLog(pointer, f"The log has only {head} events.")
    return head if size is None else size


def _compute(log: LogRecorder, prove: Callable[[HashLookup], JsonObject]) -> JsonObject:
    """A proof that reads all its hashes by one query: a first run with empty hashes finds out which they are."""
    nodes: dict[Node, bytes] = {}

    def collect(wanted: Sequence[Node]) -> list[bytes]:
        nodes.update(dict.fromkeys(wanted, b""))
        return [b""] * len(wanted)

    prove(collect)
    hashes = dict(zip(nodes, log.fetch_hashes(list(nodes)), strict=True))
    return prove(lambda wanted: [hashes[node] for node in wanted])


def _encode_hash(node: bytes) -> str:
    return b64encode(node).decode()
