"""The event feed: its query and its CloudEvents."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from api.schemas.fields import IntegerParameter
from api.schemas.queries import Paged, moment


class EventFeed(Paged):
    after = IntegerParameter(load_default=0, validate=Range(0, 2**62), metadata={"description": "The last position received."})
    cycle = fields.String(validate=Length(1), metadata={"description": "A cycle's id or name: events of it and its goals."})
    unit = fields.UUID(metadata={"description": "The id of a unit: events of it, of units now below it and of their goals."})
    subject = fields.UUID(metadata={"description": "The id of an aggregate: the events of its history."})
    type = fields.List(
        fields.String(validate=Length(1)),
        metadata={
            "description": "Names, such as `KeyResult.CheckedIn`, or prefixes, such as `KeyResult.`, given several times or"
            " separated by commas."
        },
    )
    actor = fields.UUID(metadata={"description": "The id of the person who recorded the events."})
    since = moment("An instant, a day (its start) or `position:N`.")
    until = moment("The end, like `as_of`; not in a live feed.")


class CloudEvent(Schema):
    """CloudEvents 1.0 in structured mode; unknown attributes are omitted."""

    specversion = fields.String(metadata={"description": "`1.0`"})
    id = fields.String(metadata={"description": "The position in the log."})
    source = fields.String(metadata={"description": "The log that holds the event: `urn:okr-events:log:` and its name."})
    type = fields.String(metadata={"description": "The stored name, such as `KeyResult.CheckedIn`."})
    subject = fields.UUID(metadata={"description": "The id of the aggregate."})
    time = fields.DateTime(metadata={"description": "When the event was recorded."})
    datacontenttype = fields.String()
    sequence = fields.String(metadata={"description": "The position in 19 digits: its text sorts like the log."})
    streamversion = fields.Integer(metadata={"description": "The version of the aggregate after this event."})
    actor = fields.UUID()
    actorname = fields.String(metadata={"description": "The present name."})
    reason = fields.String()
    correlationid = fields.UUID(metadata={"description": "The same for all events of one command."})
    ledgerhash = fields.String(metadata={"description": "The hash chain at this position, in hexadecimal."})
    leafhash = fields.String(metadata={"description": "The hash of the event: its leaf in the Merkle tree."})
    importedfile = fields.String(metadata={"description": "The journal that the event was imported from."})
    importedsha256 = fields.String()
    importedat = fields.DateTime()
    importedrecordedat = fields.String(metadata={"description": "The time that the journal states."})
    importedtimes = fields.String(metadata={"description": "`claimed` by the journal or `witnessed` by the log."})
    data = fields.Dict(metadata={"description": "The fields of the event, with texts decrypted."})


class EventPage(Schema):
    items = fields.List(fields.Nested(CloudEvent))
    next = fields.String(metadata={"description": "The `after` of the next request: the last position examined. Never null."})
