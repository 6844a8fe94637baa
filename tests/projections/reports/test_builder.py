"""Reports are built beside other work of the process."""

import gc
from types import SimpleNamespace

from projections.reports.builder import build_report

CONTEXT = SimpleNamespace(decrypt=lambda part: part, resolve_names=lambda _: {}, fetch_rows=lambda _: [], units_by_id={})


def test_the_garbage_collector_is_left_alone_while_a_report_is_built():
    collecting = []
    report = build_report(CONTEXT, {"kind": "weekly"}, [lambda _: {"part": 1}], lambda: collecting.append(gc.isenabled()))
    assert (report, collecting) == ({"kind": "weekly", "part": 1, "names": {}}, [True])
