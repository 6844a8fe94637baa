"""A sealed report is compared with the seal in an export."""

import json
from base64 import b64decode
from hashlib import sha256
from uuid import UUID

import pytest
import rfc8785

from okr_events.audit.seal import SealedReport, SealSearch, UnusableReport
from okr_events.audit.verify import verify
from tests.okr_events.audit.in_memory_log import OUR_KEY, InMemoryLog, create_event, create_log

CYCLE = UUID(int=7)
REPORT = {"cycle": {"id": str(CYCLE)}, "position": 3, "ledger_root": "", "objectives": [{"title": "Größe", "score": "0.25"}]}


def seal_report(log, report):
    """The log with a seal of the report after its events."""
    digest = sha256(rfc8785.dumps(report)).hexdigest()
    state = json.dumps({"position": report["position"], "digest": digest}).encode()
    seal = create_event(len(log.events) + 1, originator_id=CYCLE, originator_version=1, topic="Cycle.Sealed", state=state)
    return InMemoryLog.from_events([*log.events, seal])


@pytest.fixture
def report():
    root = b64decode(create_log(3).signed_note().splitlines()[2])
    return REPORT | {"ledger_root": root.hex()}


def judge(report, log, lines=None):
    data = report if isinstance(report, bytes) else json.dumps(report, indent=1).encode()
    search = SealSearch(SealedReport.parse(data))
    lines, sizes = search.watch(lines or log.full_export()), [search.report.position]
    verdict = verify(lines, log.signed_note(), [OUR_KEY.verifier], sizes=sizes)
    assert verdict.valid
    return search.judge(verdict.roots)


def test_the_report_that_was_sealed_is_valid_however_it_is_written(report):
    log = seal_report(create_log(3), report)
    for written in (report, rfc8785.dumps(report), {"cycle_id": str(CYCLE), "digest": "x", "report": report}):
        verdict = judge(written, log)
        assert (verdict.valid, verdict.position) == (True, 4)
    assert judge(report, log, log.partial_export(4)).valid, "a selection with the seal is enough"


def test_another_report_is_not(report):
    log = seal_report(create_log(3), report)
    changed = report | {"objectives": [{"title": "Größe", "score": "0.95"}]}
    assert "its digest is another" in judge(changed, log).why
    assert "no seal of the report's cycle" in judge(report | {"cycle": {"id": str(UUID(int=8))}}, log).why
    assert "no seal of the report's cycle" in judge(report, create_log(3)).why


def test_a_report_of_another_log_is_not_though_its_digest_was_sealed(report):
    forged = report | {"ledger_root": "00" * 32}
    assert "ledger_root" in judge(forged, seal_report(create_log(3), forged)).why


NO_ID = b'{"cycle": {"id": "x"}, "position": 1, "ledger_root": ""}'


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"report": 1}', b"[" * 100_000, NO_ID])
def test_a_file_that_is_no_report_is_unusable(data):
    with pytest.raises(UnusableReport):
        SealedReport.parse(data)


def test_two_members_of_one_name_are_unusable(report):
    """One reader would see the first, another the second."""
    data = json.dumps(report).replace('"score": "0.25"', '"score": "0.95", "score": "0.25"').encode()
    with pytest.raises(UnusableReport, match="two members of one name"):
        SealedReport.parse(data)
