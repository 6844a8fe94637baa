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
from api.http.authentication import AUDITORS, allowed
from api.http.content_negotiation import JSON, Form, asked, varying, with_format
from api.http.context import stores
from api.http.operation_docs import documented
from api.operations.checkpoints import DEMAND, checkpoint_now
from api.schemas import ledger as schemas
from okr_events.domain.errors import Invalid
from okr_events.event_log import merkle
from okr_events.event_log.checkpoint_notes import unverified
from okr_events.event_log.merkle import Hashes, Node
from okr_events.register import checkpoints, signing_keys

NOTE = Form("note", "text/plain", lambda checkpoint: checkpoint["note"])
Body = dict[str, Any]
View = Callable[[dict[str, Any]], tuple[int, Body]]
"""Takes the query; gives the size of the tree, and what the answer shows."""


class NoneSoEarly(Invalid):
    code = "none-so-early"
    title = "No checkpoint was made over so few events."


class BeyondTheLog(Invalid):
    code = "beyond-the-log"
    title = "The log is not that long."


class BeyondTheTree(Invalid):
    code = "beyond-the-tree"
    title = "It lies outside the tree of this size."


blueprint = Blueprint("ledger", __name__, description="What an auditor keeps elsewhere, and what proves the log against it.")


def _read(query: type[Schema], *, shows: Any, forms: Sequence[Form] = (JSON,)) -> Callable[[View], Callable[[], Response]]:
    query = with_format(query, forms)

    def decorate(view: View) -> Callable[[], Response]:
        @wraps(view)
        def answered() -> Response:
            args: dict[str, Any] = query().load(request.args, unknown=RAISE)
            form = asked(forms, args.pop("format", None))
            size, body = view(args)
            tag = responses.etag(size, None, crc32(orjson.dumps(body)))
            if responses.unchanged(tag):
                return varying(responses.not_modified(tag, size), forms)
            return varying(responses.in_form(form, body, tag=tag, position=size), forms)

        return documented(allowed(AUDITORS)(answered), query=query, shows=shows, forms=forms)

    return decorate


@blueprint.get("/v1/ledger/checkpoint")
@_read(schemas.CheckpointQuery, shows=schemas.SignedCheckpoint, forms=(JSON, NOTE))
def checkpoint(query: dict[str, Any]) -> tuple[int, Body]:
    """Read a signed checkpoint: of the log as it is now, or the newest over at most so many events."""
    own = stores()
    note = _made(query["size"]) if "size" in query else checkpoint_now(own, own.settings, DEMAND)
    body = unverified(note)
    with own.register.engine.connect() as connection:
        keys = [known.verifier.text for known in signing_keys.known(connection)]
    return body.size, {"origin": body.origin, "size": body.size, "root": _text(body.root), "note": note, "keys": keys}


@blueprint.get("/v1/ledger/proofs/inclusion")
@_read(schemas.InclusionQuery, shows=schemas.InclusionProof)
def inclusion(query: dict[str, Any]) -> tuple[int, Body]:
    """Prove that the event at a position is in the tree over the first so many."""
    size, position = _size("/size", query.get("size")), query["position"]
    if position > size:
        raise BeyondTheTree("/position")
    hashes = _at_once(partial(merkle.inclusion, position, size), partial(merkle.root, size), partial(_leaf, position))
    path, root, leaf = merkle.inclusion(position, size, hashes), merkle.root(size, hashes), _leaf(position, hashes)
    told = {"leaf": _text(leaf), "hashes": [_text(hashed) for hashed in path], "root": _text(root)}
    return size, {"position": position, "size": size, **told}


@blueprint.get("/v1/ledger/proofs/consistency")
@_read(schemas.ConsistencyQuery, shows=schemas.ConsistencyProof)
def consistency(query: dict[str, Any]) -> tuple[int, Body]:
    """Prove that the tree over the first so many events begins the one over more."""
    later, earlier = _size("/to", query.get("later")), query["earlier"]
    if earlier > later:
        raise BeyondTheTree("/from")
    hashes = _at_once(partial(merkle.consistency, earlier, later), partial(merkle.root, earlier), partial(merkle.root, later))
    roots = {"from_root": _text(merkle.root(earlier, hashes)), "to_root": _text(merkle.root(later, hashes))}
    path = [_text(hashed) for hashed in merkle.consistency(earlier, later, hashes)]
    return later, {"from": earlier, "to": later, **roots, "hashes": path}


def _made(at_most: int) -> str:
    with stores().register.engine.connect() as connection:
        found = checkpoints.newest(connection, at_most=at_most)
    if found is None:
        raise NoneSoEarly("/size")
    return found.note


def _size(pointer: str, asked: int | None) -> int:
    """The size asked for, or the log's own."""
    head: int = stores().log.head().position
    if asked is not None and asked > head:
        raise BeyondTheLog(pointer, f"The log holds {head} events.")
    return head if asked is None else asked


def _leaf(position: int, hashes: Hashes) -> bytes:
    return hashes([(0, position - 1)])[0]


def _at_once(*questions: Callable[[Hashes], Any]) -> Hashes:
    """A lookup of all the nodes that some questions need, read by one query: each is first asked which they are."""
    wanted: dict[Node, bytes] = {}

    def listening(nodes: Sequence[Node]) -> list[bytes]:
        wanted.update(dict.fromkeys(nodes, b""))
        return [b""] * len(nodes)

    for question in questions:
        question(listening)
    found = dict(zip(wanted, stores().log.hashes(list(wanted)), strict=True))
    return lambda nodes: [found[node] for node in nodes]


def _text(hashed: bytes) -> str:
    return b64encode(hashed).decode()
