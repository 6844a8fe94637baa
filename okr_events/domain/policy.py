"""Policies: limits, cadence and thresholds of a cycle, so that a past cycle keeps the rules of its time."""

from collections.abc import Callable
from decimal import Decimal

from okr_events.domain.decimals import ONE, ZERO, format_decimal, parse_decimal
from okr_events.domain.errors import EmptyInput, Invalid
from okr_events.domain.schedule.due_days import FREQUENCIES, WEEKDAYS
from okr_events.json_types import Json, JsonObject

DEFAULT_POLICY: JsonObject = {
    "limits": {
        "objectives_per_unit": {"max": 3, "enforce": "warn"},
        "key_results_per_objective": {"min": 2, "max": 3, "enforce": "warn"},
    },
    "cadence": {"every": "weekly", "weekday": "friday", "grace_days": 3},
    "pace": {"on_track": "0.7", "at_risk": "0.5"},
    "bands": {"achieved": "0.7", "partial": "0.4"},
    "aim": {"low": "0.7", "high": "0.8"},
    "too_safe": "0.9",
    "diverging": "0.3",
    "bottleneck": 3,
    "overlap": 90,
}
ORDERED_BOUNDS = (("pace", "at_risk", "on_track"), ("bands", "partial", "achieved"), ("aim", "low", "high"))
MAX_GRACE_DAYS = 366


class WrongPolicy(Invalid):
    code = "wrong-policy"
    title = "The policy has an unknown field or an invalid value."


def merge(policy: JsonObject, parts: JsonObject) -> JsonObject:
    """The policy with the given parts replaced; raises `WrongPolicy` for unknown parts and invalid values."""
    merged = _merge_section(policy, parts, "/policy")
    for section, low, high in ORDERED_BOUNDS:
        if Decimal(merged[section][low]) > Decimal(merged[section][high]):
            raise WrongPolicy(f"/policy/{section}/{low}", f"{low} must not be above {high}.")
    limits = merged["limits"]["key_results_per_objective"]
    if limits["min"] > limits["max"]:
        raise WrongPolicy("/policy/limits/key_results_per_objective/min", "min must not be above max.")
    return merged


def validate_cadence(parts: JsonObject) -> JsonObject:
    """The parts of a cadence; raises `WrongPolicy` for unknown parts and invalid values."""
    cadence = _merge_section(DEFAULT_POLICY["cadence"], parts, "")
    return {name: cadence[name] for name in parts}


def validate_own_cadence(*, inherited: bool = False, **parts: Json) -> JsonObject:
    """The parts that a unit or key result sets itself, none when `inherited`; raises `EmptyInput` and `WrongPolicy`."""
    own = validate_cadence(parts)
    if own and inherited:
        raise WrongPolicy("/inherited", "inherited cannot be combined with other fields.")
    if not own and not inherited:
        raise EmptyInput("")
    return own


def _merge_section(policy: JsonObject, parts: JsonObject, at: str) -> JsonObject:
    merged = dict(policy)
    for name, part in parts.items():
        pointer = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if name not in policy:
            raise WrongPolicy(pointer, f"{name} is not a field here. Use {', '.join(policy)}.")
        if part is None:
            raise WrongPolicy(pointer, f"{name} cannot be cleared.")
        merged[name] = _validate_part(name, policy[name], part, pointer)
    return merged


def _validate_part(name: str, present: Json, part: Json, pointer: str) -> Json:
    if isinstance(present, dict):
        if not isinstance(part, dict):
            raise WrongPolicy(pointer, f"{name} must be an object.")
        return _merge_section(present, part, pointer)
    rule, check = RULES.get(name, COUNT_RULE if isinstance(present, int) else SHARE_RULE)
    try:
        return check(part)
    except (ValueError, TypeError):
        raise WrongPolicy(pointer, f"{name} must be {rule}.") from None


def _choice_rule(*choices: str) -> tuple[str, Callable[[Json], str]]:
    def check(part: Json) -> str:
        if part not in choices:
            raise ValueError(part)
        return str(part)

    return f"one of {', '.join(choices)}", check


def _integer_rule(low: int, high: int) -> tuple[str, Callable[[Json], int]]:
    def check(part: Json) -> int:
        if isinstance(part, bool) or not isinstance(part, int) or not low <= part <= high:
            raise ValueError(part)
        return part

    return f"a whole number from {low} to {high}", check


def _validate_share(part: Json) -> str:
    if isinstance(part, bool) or not ZERO <= parse_decimal(part) <= ONE:
        raise ValueError(part)
    return format_decimal(parse_decimal(part))


COUNT_RULE = _integer_rule(0, 1000)
SHARE_RULE = ("a number from 0 to 1", _validate_share)
RULES: dict[str, tuple[str, Callable[[Json], str | int]]] = {
    "enforce": _choice_rule("warn", "refuse"),
    "every": _choice_rule(*FREQUENCIES),
    "weekday": _choice_rule(*WEEKDAYS),
    "grace_days": _integer_rule(0, MAX_GRACE_DAYS),
    "overlap": _integer_rule(0, 100),
}
