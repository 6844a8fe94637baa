"""Earlier moments, in a query parameter beside `as_of`."""

from api.http.query_endpoint import parsed
from projections.moment import Moment


def named(parameter: str, text: str, *, before: Moment) -> Moment:
    """The moment that a parameter names, written like `as_of`; one that is later than `before` counts as that."""
    return min(parsed(text, None, parameter), before, key=lambda each: each.evaluated_at)
