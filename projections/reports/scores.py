"""Scores: how many key results and objectives were scored how, by level, by unit and by commitment, against the aim."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from okr_events.domain.decimals import EXACT, ONE, ZERO, divide, format_decimal, format_decimal_or_null
from okr_events.domain.values import Commitment, Level
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.reports.context import ReportContext


@dataclass(frozen=True)
class ScoreBands:
    """A cycle's bands and its aim."""

    policy: dict[str, Any]

    @cached_property
    def limits(self) -> dict[str, Decimal]:
        bands, aim = self.policy["bands"], self.policy["aim"]
        named = {**bands, **aim, "too_safe": self.policy["too_safe"]}
        return {name: Decimal(share) for name, share in named.items()}

    def band(self, score: Decimal) -> str:
        """`achieved`, `partial` or `missed`."""
        if score >= self.limits["achieved"]:
            return "achieved"
        return "partial" if score >= self.limits["partial"] else "missed"

    def compare_to_aim(self, score: Decimal) -> str:
        if score < self.limits["low"]:
            return "below_aim"
        return "within_aim" if score <= self.limits["high"] else "above_aim"

    def summary(self, scores: Sequence[Decimal | None]) -> dict[str, Any]:
        """Of scores, null for what has none: how many there are, their plain mean, their bands and how they meet the aim."""
        found = [score for score in scores if score is not None]
        bands = [self.band(score) for score in found]
        aims = [self.compare_to_aim(score) for score in found]
        return {
            "scored": len(found),
            "unscored": len(scores) - len(found),
            "mean": format_decimal_or_null(mean(found)),
            **{name: bands.count(name) for name in ("achieved", "partial", "missed")},
            **{name: aims.count(name) for name in ("below_aim", "within_aim", "above_aim")},
            "too_safe": sum(score > self.limits["too_safe"] for score in found),
            "in_full": sum(score == ONE for score in found),
        }


def mean(numbers: Iterable[Decimal]) -> Decimal | None:
    """The plain mean; null of none."""
    count, total = 0, ZERO
    for number in numbers:
        count, total = count + 1, EXACT.add(total, number)
    return divide(total, Decimal(count)) if count else None


def summarize_counts(asked: ReportContext) -> dict[str, Any]:
    """How much there is, in all, by level and by unit."""
    return {
        "total": _counts(asked, asked.objectives),
        "levels": [{"level": level.value, **_counts(asked, found)} for level, found in _group_by_level(asked)],
        "units": [
            {"unit_id": id, "name": asked.units_by_id[id].name, "level": asked.units_by_id[id].level, **_counts(asked, found)}
            for id, found in _group_by_unit(asked)
        ],
    }


def _counts(asked: ReportContext, objectives: Sequence[EvaluatedObjective]) -> dict[str, Any]:
    marks = ScoreBands(asked.policy)
    live = [each for each in objectives if each.live]
    parts = [part for each in objectives for part in each.key_results]
    measured = [part for part in parts if part.live]
    return {
        "objectives": len(live),
        "objectives_cancelled": len(objectives) - len(live),
        "key_results": len(measured),
        "key_results_cancelled": len(parts) - len(measured),
        "key_result_scores": marks.summary([parse_score(part) for part in measured]),
        "objective_scores": marks.summary([each.score for each in live]),
    }


def parse_score(part: EvaluatedKeyResult) -> Decimal | None:
    return None if part.row.score is None else Decimal(part.row.score)


def _group_by_level(asked: ReportContext) -> list[tuple[Level, list[EvaluatedObjective]]]:
    found: dict[str, list[EvaluatedObjective]] = defaultdict(list)
    for each in asked.objectives:
        found[asked.units_by_id[each.row.unit_id].level].append(each)
    return [(level, found[level]) for level in Level if level in found]


def _group_by_unit(asked: ReportContext) -> list[tuple[str, list[EvaluatedObjective]]]:
    found: dict[str, list[EvaluatedObjective]] = defaultdict(list)
    for each in asked.objectives:
        found[each.row.unit_id].append(each)
    return [(id, found[id]) for id in asked.units_by_id if id in found]


def summarize_commitments(asked: ReportContext) -> list[dict[str, Any]]:
    """The scores of key results of committed, aspirational and learning objectives apart: committed work is expected at 1,
    aspirational work that scores above `too_safe` was aimed too low.
    """
    found: dict[str, list[Decimal | None]] = defaultdict(list)
    for objective, part in asked.live_key_results:
        found[objective.row.commitment].append(parse_score(part))
    marks = ScoreBands(asked.policy)
    return [{"commitment": kind.value, **marks.summary(found[kind])} for kind in Commitment if kind in found]


def wants_root_cause(row: Any, policy: Mapping[str, Any]) -> bool:
    """Whether a key result's score is below what its cycle calls achieved, and nobody said why."""
    return row.score is not None and not row.root_cause and Decimal(row.score) < Decimal(policy["bands"]["achieved"])


def list_scores(asked: ReportContext) -> list[dict[str, Any]]:
    """Every key result that was not cancelled, with its score and what was decided about it."""
    marks = ScoreBands(asked.policy)
    return [_serialize_score(asked, marks, objective, part) for objective, part in asked.live_key_results]


def _serialize_score(
    asked: ReportContext, marks: ScoreBands, objective: EvaluatedObjective, part: EvaluatedKeyResult
) -> dict[str, Any]:
    row, score, confidence = part.row, parse_score(part), part.standing["confidence"]
    return {
        "key_result_id": row.id,
        "title": row.title,
        "objective_id": row.objective_id,
        "objective": objective.row.title,
        "unit_id": objective.row.unit_id,
        "commitment": objective.row.commitment,
        "owner": row.owner,
        "progress": format_decimal(part.progress.value) if part.progress else None,
        "raw_progress": format_decimal(part.progress.raw) if part.progress else None,
        "suggested": row.suggested,
        "score": row.score,
        "band": None if score is None else marks.band(score),
        "scored_at": row.scored_at,
        "late": row.scored_at is not None and row.scored_at > asked.deadline_position,
        "decision": row.decision,
        "root_cause": {"sealed": row.root_cause} if row.root_cause else None,
        "wants_root_cause": wants_root_cause(row, asked.policy),
        "confidence": confidence,
        "error": None if score is None or confidence is None else format_decimal(abs(Decimal(confidence) - score)),
    }
