"""Each action reads its own cells; a filled cell that it does not read is refused by name."""

from datetime import UTC, datetime

import pytest

from okr_events.journal.csv_rows import COLUMNS
from okr_events.journal.row_actions import ACTIONS, OPTIONAL_CELLS
from tests.okr_events.journal.conftest import Journals

TIME = datetime(2020, 1, 6, 9, tzinfo=UTC).isoformat()
FILLED = {"title": "A title", "owner": "Bea", "value": "0.5", "projected": "0.25"}
CELLS_READ = {
    "define_key_result": {"title", "owner"},
    "reassign_key_result": {"owner"},
    "rename_key_result": {"title"},
    "drop_key_result": set(),
    "check_in": {"value", "projected"},
    "score": {"value"},
    "correct_score": {"value"},
}


def row(action: str, **cells: str) -> str:
    named = {"recorded_at": TIME, "cycle": "2020-Q1", "action": action, "objective": "O1", "key_result": "K1", **cells}
    return ",".join(named.get(name, "") for name in COLUMNS)


def rows_for(action: str, **cells: str) -> list[str]:
    """Rows that end with this action on a key result for which it is allowed."""
    first = [] if action == "define_key_result" else [row("define_key_result", title="First")]
    scored = [row("score", value="0.9")] if action == "correct_score" else []
    return [*first, *scored, row(action, **cells)]


def test_every_action_states_the_cells_that_it_reads() -> None:
    assert ACTIONS == CELLS_READ


@pytest.mark.parametrize("action", CELLS_READ)
def test_an_action_takes_all_cells_that_it_reads(journals: Journals, action: str) -> None:
    assert journals.run(*rows_for(action, **{name: FILLED[name] for name in CELLS_READ[action]})).row_errors == []


@pytest.mark.parametrize("cell", OPTIONAL_CELLS)
@pytest.mark.parametrize("action", CELLS_READ)
def test_a_filled_cell_that_the_action_does_not_read_is_refused_by_name(journals: Journals, action: str, cell: str) -> None:
    if cell in CELLS_READ[action]:
        return
    filled = {name: FILLED[name] for name in {*CELLS_READ[action], cell}}
    rows = rows_for(action, **filled)
    assert journals.run(*rows).row_errors == [f"line {len(rows) + 1}: {cell} must be blank: {action} does not read it"]
    assert not journals.events()


def test_a_row_that_changes_nothing_is_refused(journals: Journals) -> None:
    rows = [row("define_key_result", title="First", owner="Bea"), row("reassign_key_result", owner="Bea")]
    assert journals.run(*rows).row_errors == ["line 3: changes nothing: what it says is so already"]
