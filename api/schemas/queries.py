"""Query parameters that several reads take."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from api.schemas.fields import Day, IntegerParameter

AS_OF = "An instant, a day (its end in the organisation's time zone; today means now), or `position:N`. Default: now."


MOMENT_FORMS = [{"format": "date"}, {"format": "date-time"}, {"pattern": "^position:[1-9][0-9]{0,17}$"}]


def moment(description: str, *, data_key: str | None = None, required: bool = False) -> fields.String:
    """An instant, a day or a position, as a text that `projections.moment` parses."""
    metadata = {"description": description, "anyOf": MOMENT_FORMS}
    return fields.String(validate=Length(1, 64), metadata=metadata, data_key=data_key, required=required)


class AsOf(Schema):
    as_of = moment(AS_OF)


class Measured(AsOf):
    effective_on = Day(metadata={"description": "Count check-ins measured up to this day. Default: the moment's day."})


class Paged(Schema):
    limit = IntegerParameter(load_default=50, validate=Range(1, 200))
    after = IntegerParameter(
        load_default=0, validate=Range(0, 2**62), metadata={"description": "The `next` of the page before."}
    )


class SortedPage(Schema):
    """A page of a list whose items move: it continues behind the sort key of the last item, so that no item is lost."""

    limit = IntegerParameter(load_default=50, validate=Range(1, 200))
    after = fields.String(
        load_default="", validate=Regexp(r"^[0-9a-z_.-]{0,200}$"), metadata={"description": "The `next` of the page before."}
    )


class Scoped(Schema):
    cycle = fields.String(metadata={"description": "The id or the name of a cycle."})
    unit = fields.UUID(metadata={"description": "The id of a unit: itself and all units below it."})


class History(AsOf, Paged):
    pass


class NoQuery(Schema):
    pass


def any_of(*words: str) -> fields.List[str]:
    """A parameter that can be given several times: what has one of the words is selected."""
    metadata = {"description": "Give it several times to select what has one of these."}
    return fields.List(fields.String(validate=OneOf(words)), metadata=metadata)
