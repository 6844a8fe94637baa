"""The ledger: queries and responses. Hashes are in base64."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from api.schemas.fields import IntegerParameter

MAX_POSITION = 2**62


class CheckpointQuery(Schema):
    size = IntegerParameter(
        validate=Range(0, MAX_POSITION),
        metadata={"description": "The maximum of events. Default: a new checkpoint over all events."},
    )


class InclusionQuery(Schema):
    position = IntegerParameter(required=True, validate=Range(1, MAX_POSITION))
    size = IntegerParameter(
        validate=Range(1, MAX_POSITION),
        metadata={"description": "The tree over this many first events. Default: the whole log."},
    )


class ConsistencyQuery(Schema):
    earlier = IntegerParameter(data_key="from", required=True, validate=Range(1, MAX_POSITION))
    later = IntegerParameter(
        data_key="to", validate=Range(1, MAX_POSITION), metadata={"description": "Default: the whole log."}
    )


class ExportQuery(Schema):
    cycle = fields.String(validate=Length(1, 200), metadata={"description": "The id or the name of a cycle: only its events."})
    since = IntegerParameter(
        validate=Range(0, MAX_POSITION),
        metadata={"description": "With `cycle`: prove consistency with an earlier checkpoint over this many events."},
    )


class SignedCheckpoint(Schema):
    origin = fields.String(metadata={"description": "The name of the log."})
    size = fields.Integer(metadata={"description": "The number of events in the tree."})
    root = fields.String(metadata={"description": "The root of the Merkle tree."})
    note = fields.String(metadata={"description": "The signed note: c2sp.org/tlog-checkpoint and c2sp.org/signed-note."})
    keys = fields.List(
        fields.String(), metadata={"description": "The public keys, the newest first. Compare them with your copies."}
    )


class InclusionProof(Schema):
    position = fields.Integer(metadata={"description": "Counts from 1; RFC 9162 counts from 0."})
    size = fields.Integer()
    leaf = fields.String(metadata={"description": "The leaf hash of the event."})
    hashes = fields.List(fields.String(), metadata={"description": "The path from leaf to root: RFC 9162, 2.1.3."})
    root = fields.String()


class ConsistencyProof(Schema):
    earlier = fields.Integer(data_key="from")
    to = fields.Integer()
    from_root = fields.String()
    to_root = fields.String()
    hashes = fields.List(fields.String(), metadata={"description": "The consistency path: RFC 9162, 2.1.4."})
