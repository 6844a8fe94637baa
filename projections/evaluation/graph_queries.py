"""What a graph of goals reads: the parts of its combined queries."""

from projections.store.combined_query import VALID, Part
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.store.tables import (
    AlignmentRow,
    ContributorRow,
    CycleRow,
    InitiativeRow,
    KeyResultRow,
    ObjectiveRow,
    StandingRow,
    UnitRow,
)

Goals = tuple[Part[ObjectiveRow], Part[KeyResultRow]]
Related = tuple[Part[ContributorRow], Part[InitiativeRow], Part[KeyResultRow], Part[AlignmentRow], Part[StandingRow]]
MAX_NAMED = 5_000
"""For more goals than these, a query reads all related rows instead of naming ids."""
IN_CYCLE = "cycle_id = :cycle"
CONTRIBUTES = f"kind IN ({', '.join(map(repr, CONTRIBUTING_KINDS))})"
CYCLES = Part(CycleRow)
UNITS_WITH_CADENCES = Part(UnitRow, f"EXISTS (SELECT 1 FROM units WHERE cadence IS NOT NULL AND {VALID})")  # noqa: S608 - constants
"""All units, where any of them sets a cadence."""
ALL_GOALS: Goals = Part(ObjectiveRow), Part(KeyResultRow)
GOALS_OF_CYCLE: Goals = Part(ObjectiveRow, IN_CYCLE), Part(KeyResultRow, IN_CYCLE)
GOALS_BY_ID: Goals = Part(ObjectiveRow, "id IN :ids"), Part(KeyResultRow, "objective_id IN :ids")
LINKS_TO = Part(AlignmentRow, f"parent_id IN :ids AND {CONTRIBUTES}")
BELOW = (
    f"{CONTRIBUTES} AND parent_id IN (SELECT id FROM objectives WHERE {VALID}{{0}}"  # noqa: S608 - constants
    f" UNION ALL SELECT id FROM key_results WHERE {VALID}{{0}})"
)
ALL_LINKS = Part(AlignmentRow, BELOW.format(""))
LINKS_OF_CYCLE = Part(AlignmentRow, BELOW.format(f" AND {IN_CYCLE}"))
ORIGIN = ("id", "origin", "created")
RELATED: Related = (
    Part(ContributorRow, "key_result_id IN :key_results"),
    Part(InitiativeRow, "key_result_id IN :key_results"),
    Part(KeyResultRow, "origin IN :key_results", ORIGIN),
    Part(AlignmentRow, f"child_id IN :objectives AND NOT {CONTRIBUTES}"),
    Part(StandingRow, "id IN :key_results"),
)
ALL_RELATED: Related = (
    Part(ContributorRow),
    Part(InitiativeRow),
    Part(KeyResultRow, "origin IS NOT NULL", ORIGIN),
    Part(AlignmentRow, f"NOT {CONTRIBUTES}"),
    Part(StandingRow, "cycle_id IN :cycles"),
)
