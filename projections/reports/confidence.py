"""Confidence over time, and its calibration against the scores."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from okr_events.domain.decimals import format_decimal, format_decimal_or_null, weighted_mean
from okr_events.domain.schedule.due_days import due_days
from okr_events.json_types import JsonObject
from projections.moment import positions_at_day_ends
from projections.reports import check_in_entries
from projections.reports.check_in_entries import ConfidenceStatement
from projections.reports.context import ReportContext
from projections.reports.scores import mean, parse_score

BAND_EDGES = tuple(Decimal(edge) / 10 for edge in range(0, 12, 2))
"""The bounds of five bands of confidence; the last band includes 1."""
NO_STATEMENT: ConfidenceStatement = ("", 0, "")
Statements = dict[str, ConfidenceStatement]
"""Statements of confidence by key result id."""


class ConfidenceOverTime:
    """The mean of the confidence in force on each due day of the cycle, as the log stood at the end of that day."""

    def __init__(self, context: ReportContext) -> None:
        self.days = _past_due_days(context)
        self.day_positions = positions_at_day_ends([*map(date.fromisoformat, self.days)], context.end, context.log)
        self.day_indexes: dict[str, int] = {}
        self.key_result_ids = {part.row.id for _, part in context.live_key_results}
        self.statements: list[Statements] = [{} for _ in range(len(self.days) + 1)]
        """The statements first recorded by the end of each due day; the last item has those recorded later."""
        self.replaced_statements: list[Statements] = [{} for _ in self.days]
        """The statements in force at the end of each due day that were corrected or retracted later."""
        for id, statement, since in check_in_entries.current_statements(context):
            self._keep_latest(self.statements[self._day_index(statement, since)], id, statement)
        for id, statement, since, until in check_in_entries.replaced_statements(context):
            for index in range(self._day_index(statement, since), bisect_left(self.day_positions, until)):
                self._keep_latest(self.replaced_statements[index], id, statement)

    def _keep_latest(self, statements: Statements, id: str, statement: ConfidenceStatement) -> None:
        if id in self.key_result_ids and statement > statements.get(id, NO_STATEMENT):
            statements[id] = statement

    def _day_index(self, statement: ConfidenceStatement, since: int) -> int:
        """The index of the first due day on or after its `measured_on` by whose end it was recorded."""
        day = statement[0]
        if day not in self.day_indexes:
            self.day_indexes[day] = bisect_left(self.days, day)
        return max(self.day_indexes[day], bisect_left(self.day_positions, since))

    def as_list(self) -> list[JsonObject]:
        in_force: Statements = {}
        points = []
        for day, current, replaced in zip(self.days, self.statements, self.replaced_statements, strict=False):
            in_force |= _latest_statements(in_force, current)
            known = in_force | _latest_statements(in_force, replaced)
            counts = Counter(confidence for _, _, confidence in known.values())
            average = weighted_mean([(Decimal(count), Decimal(confidence)) for confidence, count in counts.items()])
            points.append({"day": day, "stated": len(known), "mean": format_decimal_or_null(average)})
        return points


def _latest_statements(known: Mapping[str, ConfidenceStatement], added: Mapping[str, ConfidenceStatement]) -> Statements:
    return {id: max(statement, known.get(id, NO_STATEMENT)) for id, statement in added.items()}


def _past_due_days(context: ReportContext) -> list[str]:
    """The cycle's due days up to the day of evaluation, or up to the effective day if that is earlier."""
    cadence, cycle = context.policy["cadence"], context.cycle
    span = {"starts_on": date.fromisoformat(cycle.starts_on), "ends_on": date.fromisoformat(cycle.ends_on)}
    last = min(context.end.effective_on, context.end.today)
    return [day.isoformat() for day in due_days(every=cadence["every"], weekday=cadence["weekday"], **span) if day <= last]


def summarize_calibration(context: ReportContext) -> JsonObject:
    """The confidence in force against the score of key results that have both.

    The mean absolute error, the mean difference (above 0 for overconfident owners), and both means by band of confidence.
    """
    pairs = [
        (Decimal(part.standing.confidence), score)
        for _, part in context.live_key_results
        if part.standing.confidence is not None and (score := parse_score(part)) is not None
    ]
    return {
        "compared": len(pairs),
        "mean_absolute_error": format_decimal_or_null(mean(abs(confidence - score) for confidence, score in pairs)),
        "mean_difference": format_decimal_or_null(mean(confidence - score for confidence, score in pairs)),
        "bands": [_serialize_band(low, high, pairs) for low, high in pairwise(BAND_EDGES)],
    }


def _serialize_band(low: Decimal, high: Decimal, pairs: Sequence[tuple[Decimal, Decimal]]) -> JsonObject:
    included = [pair for pair in pairs if low <= pair[0] < high or pair[0] == high == BAND_EDGES[-1]]
    return {
        "from": format_decimal(low),
        "to": format_decimal(high),
        "compared": len(included),
        "confidence": format_decimal_or_null(mean(confidence for confidence, _ in included)),
        "score": format_decimal_or_null(mean(score for _, score in included)),
    }
