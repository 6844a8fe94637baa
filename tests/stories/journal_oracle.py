"""An independent calculation of a journal's quarters, which uses only csv, datetime and decimal."""

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

GRACE = timedelta(days=3)
FRIDAY = 4
BANDS = ((Decimal("0.7"), "achieved"), (Decimal("0.4"), "partial"), (Decimal(0), "missed"))
AIM = Decimal("0.7"), Decimal("0.8")
TOO_SAFE = Decimal("0.9")


@dataclass
class CheckInRow:
    """A report: when it was made, for which day, the value and the projection."""

    recorded_at: datetime
    measured_on: date
    value: Decimal | None
    projected: Decimal | None


@dataclass
class KeyResultRows:
    """A key result after all its rows."""

    objective: str
    defined_at: datetime
    title: str = ""
    owner: str = ""
    dropped_at: datetime | None = None
    scored_at: datetime | None = None
    first_scored_at: datetime | None = None
    score: Decimal | None = None
    check_ins: list[CheckInRow] = field(default_factory=list)

    def latest(self, name: str, by: datetime | None = None) -> Decimal | None:
        """Return the last report, by day and then by order of the rows."""
        reports = [
            report
            for report in self.check_ins
            if getattr(report, name) is not None and (by is None or report.recorded_at <= by)
        ]
        return getattr(max(reversed(reports), key=lambda report: report.measured_on), name) if reports else None

    @property
    def ended_on(self) -> date:
        """Return the day on which it was dropped or first scored: nothing is due from then on."""
        return min((at.date() for at in (self.dropped_at, self.first_scored_at) if at), default=date.max)

    def answers(self, fridays: list[date]) -> dict[date, list[date]]:
        """Return the days on which each Friday was answered; a report answers one Friday."""
        own = [friday for friday in fridays if friday > self.defined_at.date()]
        found = dict[date, list[date]]()
        for report in self.check_ins:
            day = report.recorded_at.date()
            in_grace = [friday for friday in own if friday < day <= friday + GRACE and friday not in found]
            by_distance = sorted(own, key=lambda friday: (abs(friday - day), -friday.toordinal()))
            found.setdefault((in_grace[-1:] or by_distance)[0], []).append(day)
        return found

    @property
    def confidence_error(self) -> Decimal | None:
        projected = self.latest("projected")
        return None if projected is None or self.score is None else abs(projected - self.score)

    @property
    def pace(self) -> str:
        """The state after the end of the quarter."""
        value = self.latest("value")
        if value is None:
            return "pending"
        return "on_track" if value >= Decimal("0.7") else "at_risk" if value >= Decimal("0.5") else "off_track"


class Quarter:
    """A quarter after all its rows; days and instants are in UTC."""

    def __init__(self, name: str, rows: list[dict[str, str]]) -> None:
        year, number = int(name[:4]), int(name[-1])
        self.first_day = date(year, 3 * number - 2, 1)
        self.last_day = date(year + number // 4, 3 * number % 12 + 1, 1) - timedelta(days=1)
        self.ended_at = datetime.combine(self.last_day, time.max, UTC)
        self.key_results: dict[str, KeyResultRows] = {}
        for row in rows:
            self._apply_row(row, datetime.fromisoformat(row["recorded_at"]).astimezone(UTC))
        begun = datetime.fromisoformat(rows[0]["recorded_at"]).astimezone(UTC)
        self.started_at = max(begun, datetime.combine(self.first_day, time.min, UTC))

    def _apply_row(self, row: dict[str, str], at: datetime) -> None:
        line = self.key_results.setdefault(row["key_result"], KeyResultRows(row["objective"], at))
        value = Decimal(row["value"]) if row["value"] else None
        match row["action"]:
            case "define_key_result":
                line.title, line.owner = row["title"], row["owner"]
            case "rename_key_result":
                line.title = row["title"]
            case "reassign_key_result":
                line.owner = row["owner"]
            case "drop_key_result":
                line.dropped_at = at
            case "score" | "correct_score":
                line.score, line.scored_at = value, at
                line.first_scored_at = line.first_scored_at or at
            case "check_in":
                projected = Decimal(row["projected"]) if row["projected"] else None
                line.check_ins.append(CheckInRow(at, min(at.date(), self.last_day), value, projected))

    @property
    def live_key_results(self) -> list[KeyResultRows]:
        return [line for line in self.key_results.values() if line.dropped_at is None]

    @property
    def dropped_key_results(self) -> list[KeyResultRows]:
        return [line for line in self.key_results.values() if line.dropped_at and line.dropped_at >= self.started_at]

    @property
    def added_key_results(self) -> list[KeyResultRows]:
        return [line for line in self.key_results.values() if line.defined_at >= self.started_at]

    @property
    def added_objectives(self) -> list[str]:
        born = dict[str, datetime]()
        for line in self.key_results.values():
            born.setdefault(line.objective, line.defined_at)
        return [name for name, at in born.items() if at >= self.started_at]

    @property
    def scores(self) -> list[Decimal]:
        return [line.score for line in self.live_key_results if line.score is not None]

    @property
    def objective_scores(self) -> list[Decimal | None]:
        """Return the mean score of each objective, null unless all its key results have scores."""
        parts = {name: [line.score for line in self.live_key_results if line.objective == name] for name in self.objectives}
        return [mean(scores) if scores and None not in scores else None for scores in parts.values()]

    @property
    def objectives(self) -> list[str]:
        return list(dict.fromkeys(line.objective for line in self.key_results.values()))

    @property
    def projections_and_scores(self) -> list[tuple[Decimal, Decimal]]:
        """Return the last projection and the score of each key result that has both."""
        both = [(line.latest("projected"), line.score) for line in self.live_key_results]
        return [(projected, score) for projected, score in both if projected is not None and score is not None]

    @property
    def fridays(self) -> list[date]:
        days = (self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1))
        return [day for day in days if day.weekday() == FRIDAY]

    def projections_by(self, day: date) -> list[Decimal]:
        projections = [line.latest("projected", datetime.combine(day, time.max, UTC)) for line in self.live_key_results]
        return [projected for projected in projections if projected is not None]

    @property
    def check_ins(self) -> list[CheckInRow]:
        return [report for line in self.key_results.values() for report in line.check_ins]

    @property
    def check_ins_after_end(self) -> list[CheckInRow]:
        return [report for report in self.check_ins if report.recorded_at > self.ended_at]

    def duties(self, owner: str | None = None) -> dict[date, list[str]]:
        """Return the status of the key results for each Friday after their definition, long after the quarter."""
        mine = [line for line in self.key_results.values() if owner in {None, line.owner}]
        states = {day: [_duty_state(line, day, self.fridays) for line in mine] for day in self.fridays}
        due = {day: [state for state in states[day] if state] for day in states}
        return {day: due_states for day, due_states in due.items() if due_states}

    def is_outdated(self, line: KeyResultRows) -> bool:
        """Return whether, on the last day, the last Friday whose grace is over was missed and nobody reported since."""
        over = [friday for friday in self.fridays if line.defined_at.date() < friday < self.last_day - GRACE]
        reported_since = any(report.recorded_at.date() > over[-1] for report in line.check_ins) if over else False
        return bool(over) and over[-1] not in line.answers(self.fridays) and not reported_since


def _duty_state(line: KeyResultRows, day: date, fridays: list[date]) -> str | None:
    """Return the state of a due day; null where no report was due: the key result did not exist yet, or had ended."""
    last = line.ended_on
    if day <= line.defined_at.date() or day > last:
        return None
    answered_on = line.answers(fridays).get(day, [])
    if any(reported_on <= day + GRACE for reported_on in answered_on):
        return "on_time"
    if last <= day + GRACE:
        return None
    return "late" if answered_on else "missed"


def tally_duties(duties: dict[date, list[str]]) -> dict[str, object]:
    """Return the adherence as in a report; a streak consists of days with all check-ins on time."""
    states = [state for due_states in duties.values() for state in due_states]
    marks = "".join("." if set(due_states) == {"on_time"} else "x" for due_states in duties.values())
    runs = [len(run) for run in marks.split("x")]
    share = mean([Decimal(state == "on_time") for state in states])
    counts = {name: states.count(name) for name in ("on_time", "late", "missed", "pending", "done")}
    return {**counts, "adherence": format_decimal(share), "streak": {"current": runs[-1], "longest": max(runs)}}


def mean(numbers: list[Decimal]) -> Decimal | None:
    """Return the mean to 28 digits, or null of no numbers."""
    with localcontext(prec=28, rounding=ROUND_HALF_EVEN):
        return sum(numbers, Decimal(0)) / len(numbers) if numbers else None


def summarize_scores(scores: list[Decimal | None]) -> dict[str, object]:
    """Return the scores as in a report."""
    given = [score for score in scores if score is not None]
    bands = [band_of(score) for score in given]
    return {
        "scored": len(given),
        "unscored": len(scores) - len(given),
        "mean": format_decimal(mean(given)),
        **{name: bands.count(name) for _, name in BANDS},
        "below_aim": sum(score < AIM[0] for score in given),
        "within_aim": sum(AIM[0] <= score <= AIM[1] for score in given),
        "above_aim": sum(score > AIM[1] for score in given),
        "too_safe": sum(score > TOO_SAFE for score in given),
        "in_full": given.count(Decimal(1)),
    }


def band_of(score: Decimal) -> str:
    return next(name for low, name in BANDS if score >= low)


def format_decimal(number: Decimal | None) -> str | None:
    """Return a plain decimal without trailing zeros."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_quarters(journal: Path) -> dict[str, Quarter]:
    with journal.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: Quarter(name, [row for row in rows if row["cycle"] == name]) for name in sorted({r["cycle"] for r in rows})}
