"""The fields of a row never include its place in the log."""

import pytest

from projections.changes.row_diff import flatten_row
from projections.store.tables import alignments, check_ins, cycles, key_results, objectives, standings, units


@pytest.mark.parametrize("table", [units, cycles, objectives, key_results, alignments, check_ins, standings], ids=str)
def test_no_place_in_the_log_is_a_field(table):
    found = flatten_row({**dict.fromkeys(table.c.keys()), "urgent": 0, "important": 0})
    assert found
    assert not [name for name in found if name.endswith("_at") or name in {"version", "created", "from_position"}]
