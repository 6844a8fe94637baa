"""Earlier moments, in a query parameter beside `as_of`."""

from api.reading import parsed
from okr_events.errors import Invalid
from projections.moment import Moment


def named(parameter: str, text: str, *, before: Moment) -> Moment:
    """The moment that a parameter names, written like `as_of`; one that is later than `before` counts as that."""
    try:
        moment = parsed(text, None)
    except Invalid as wrong:
        wrong.pointer = f"/{parameter}"
        raise
    return min(moment, before, key=lambda each: each.evaluated_at)
