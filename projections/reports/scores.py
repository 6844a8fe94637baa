"""Scores of key results and objectives against the bands and the aim: in total, by level, by unit and by commitment."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from okr_events.domain.decimals import EXACT, ONE, ZERO, divide, format_decimal, format_decimal_or_null
from okr_events.domain.values import Commitment, Level
from okr_events.json_types import JsonObject
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.evaluation.objectives import EvaluatedObjective
from projections.reports.context import ReportContext
from projections.store.tables import KeyResultRow


@dataclass(frozen=True)
class ScoreBands:
    """The bands and the aim of a cycle's policy."""

    policy: JsonObject

    @cached_property
    def limits(self) -> dict[str, Decimal]:
        shares = {**self.policy["bands"], **self.policy["aim"], "too_safe": self.policy["too_safe"]}
        return {name: Decimal(share) for name, share in shares.items()}

    def band(self, score: Decimal) -> str:
        """`achieved`, `partial` or `missed`."""
        if score >= self.limits["achieved"]:
            return "achieved"
        return "partial" if score >= self.limits["partial"] else "missed"

    def compare_to_aim(self, score: Decimal) -> str:
        if score < self.limits["low"]:
            return "below_aim"
        return "within_aim" if score <= self.limits["high"] else "above_aim"

    def summary(self, scores: Sequence[Decimal | None]) -> JsonObject:
        """The mean of scores, and how many lie in each band and against the aim; null stands for a missing score."""
        known = [score for score in scores if score is not None]
        bands = [self.band(score) for score in known]
        aims = [self.compare_to_aim(score) for score in known]
        return {
            "scored": len(known),
            "unscored": len(scores) - len(known),
            "mean": format_decimal_or_null(mean(known)),
            **{name: bands.count(name) for name in ("achieved", "partial", "missed")},
            **{name: aims.count(name) for name in ("below_aim", "within_aim", "above_aim")},
            "too_safe": sum(score > self.limits["too_safe"] for score in known),
            "in_full": sum(score == ONE for score in known),
        }


def mean(numbers: Iterable[Decimal]) -> Decimal | None:
    """The arithmetic mean, null without numbers."""
    count, total = 0, ZERO
    for number in numbers:
        count, total = count + 1, EXACT.add(total, number)
    return divide(total, Decimal(count)) if count else None


def summarize_counts(context: ReportContext) -> JsonObject:
    """The objectives and key results and their scores: in total, by level and by unit."""
    units = context.units_by_id
    by_level, by_unit = defaultdict[str, list[EvaluatedObjective]](list), defaultdict[str, list[EvaluatedObjective]](list)
    for objective in context.objectives:
        by_unit[objective.row.unit_id].append(objective)
        by_level[units[objective.row.unit_id].level].append(objective)
    return {
        "total": _counts(context, context.objectives),
        "levels": [
            {"level": level.value, **_counts(context, by_level[level.value])} for level in Level if level.value in by_level
        ],
        "units": [
            {"unit_id": id, "name": unit.name, "level": unit.level, **_counts(context, by_unit[id])}
            for id, unit in units.items()
            if id in by_unit
        ],
    }


def _counts(context: ReportContext, objectives: Sequence[EvaluatedObjective]) -> JsonObject:
    score_bands = ScoreBands(context.policy)
    live = [objective for objective in objectives if objective.live]
    parts = [part for objective in objectives for part in objective.key_results]
    live_parts = [part for part in parts if part.live]
    return {
        "objectives": len(live),
        "objectives_cancelled": len(objectives) - len(live),
        "key_results": len(live_parts),
        "key_results_cancelled": len(parts) - len(live_parts),
        "key_result_scores": score_bands.summary([parse_score(part) for part in live_parts]),
        "objective_scores": score_bands.summary([objective.score for objective in live]),
    }


def parse_score(part: EvaluatedKeyResult) -> Decimal | None:
    return None if part.row.score is None else Decimal(part.row.score)


def summarize_commitments(context: ReportContext) -> list[JsonObject]:
    """The scores of the key results of committed, aspirational and learning objectives.

    Committed work is expected to score 1; aspirational work that scores above `too_safe` had too easy a target.
    """
    scores: dict[str, list[Decimal | None]] = defaultdict(list)
    for objective, part in context.live_key_results:
        scores[objective.row.commitment].append(parse_score(part))
    score_bands = ScoreBands(context.policy)
    return [{"commitment": kind.value, **score_bands.summary(scores[kind])} for kind in Commitment if kind in scores]


def wants_root_cause(row: KeyResultRow, policy: JsonObject) -> bool:
    """Whether a key result scored below the band `achieved` and has no root cause."""
    return row.score is not None and not row.root_cause and Decimal(row.score) < Decimal(policy["bands"]["achieved"])


def list_scores(context: ReportContext) -> list[JsonObject]:
    """The key results that are not cancelled, with their scores and closing decisions."""
    score_bands = ScoreBands(context.policy)
    return [_serialize_score(context, score_bands, objective, part) for objective, part in context.live_key_results]


def _serialize_score(
    context: ReportContext, score_bands: ScoreBands, objective: EvaluatedObjective, part: EvaluatedKeyResult
) -> JsonObject:
    row, score, confidence = part.row, parse_score(part), part.standing.confidence
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
        "band": None if score is None else score_bands.band(score),
        "scored_at": row.scored_at,
        "after_end": row.scored_at is not None and row.scored_at > context.deadline_position,
        "decision": row.decision,
        "root_cause": {"sealed": row.root_cause} if row.root_cause else None,
        "wants_root_cause": wants_root_cause(row, context.policy),
        "confidence": confidence,
        "error": None if score is None or confidence is None else format_decimal(abs(Decimal(confidence) - score)),
    }
