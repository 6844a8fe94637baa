"""Earlier moments, in a query parameter beside `as_of`."""

from api.http.query_endpoint import parse_moment
from projections.moment import Moment


def parse_earlier_moment(parameter: str, text: str, *, before: Moment) -> Moment:
    """The moment that a parameter names, written like `as_of`; one that is later than `before` counts as that."""
    return min(parse_moment(text, None, parameter), before, key=lambda each: each.evaluated_at)
