"""What the ledger is asked, and the shapes of its answers. Hashes are in base64."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

MAX_POSITION = 2**62


class CheckpointQuery(Schema):
    size = fields.Integer(
        validate=Range(0, MAX_POSITION),
        metadata={"description": "The newest one made over at most so many events. Default: one over the whole log, made now."},
    )


class InclusionQuery(Schema):
    position = fields.Integer(required=True, validate=Range(1, MAX_POSITION))
    size = fields.Integer(
        validate=Range(1, MAX_POSITION),
        metadata={"description": "The tree over the first so many events. Default: the whole log."},
    )


class ConsistencyQuery(Schema):
    earlier = fields.Integer(data_key="from", required=True, validate=Range(1, MAX_POSITION))
    later = fields.Integer(data_key="to", validate=Range(1, MAX_POSITION), metadata={"description": "Default: the whole log."})


class ExportQuery(Schema):
    cycle = fields.String(validate=Length(1, 200), metadata={"description": "A cycle's id or name: only what is about it."})
    since = fields.Integer(
        validate=Range(0, MAX_POSITION),
        metadata={"description": "With `cycle`: prove that the tree of so many events, a kept checkpoint's, begins this one."},
    )


class SignedCheckpoint(Schema):
    origin = fields.String(metadata={"description": "The name of the log."})
    size = fields.Integer(metadata={"description": "How many events the tree covers."})
    root = fields.String(metadata={"description": "The root of the Merkle tree over them."})
    note = fields.String(metadata={"description": "The signed note, as of c2sp.org/tlog-checkpoint and c2sp.org/signed-note."})
    keys = fields.List(
        fields.String(), metadata={"description": "The public keys of this log, the newest first. Trust those kept elsewhere."}
    )


class InclusionProof(Schema):
    position = fields.Integer(metadata={"description": "From 1; RFC 9162 counts from 0."})
    size = fields.Integer()
    leaf = fields.String(metadata={"description": "The hash of the event's leaf."})
    hashes = fields.List(fields.String(), metadata={"description": "The audit path, from the leaf up: RFC 9162, 2.1.3."})
    root = fields.String()


ConsistencyProof = Schema.from_dict(
    {
        "from": fields.Integer(),
        "to": fields.Integer(),
        "from_root": fields.String(),
        "to_root": fields.String(),
        "hashes": fields.List(fields.String(), metadata={"description": "The proof of RFC 9162, 2.1.4."}),
    },
    name="ConsistencyProof",
)
