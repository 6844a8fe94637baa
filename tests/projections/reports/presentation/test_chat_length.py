"""Chat texts of reports: names, numbers and actions, without empty sections."""

from projections.documents import chat_text
from projections.reports.presentation import digest, retrospective
from tests.projections.reports.presentation import sample_reports

EMPTY_SECTIONS = {"due": [], "not_on_track": [], "unconfirmed": [], "blocked": [], "decisions": []}
NO_CELEBRATIONS = {"milestones": [], "wins": [], "remarks": [], "more": {"milestones": 0, "wins": 0, "remarks": 0}}


def full_chat_text(document):
    """All of it, however many lines that takes."""
    return chat_text.render(document, lines=60).splitlines()


def test_a_weekly_digest_lists_who_has_to_do_what():
    told = full_chat_text(digest.weekly_document(sample_reports.digest("weekly")))
    assert told[:5] == [
        "Weekly digest",
        "Q1, Tech Innovations: since 2026-03-01, as of 2026-04-01",
        "Mean progress of the objectives: 0.62, before: 0.51.",
        "1 key result not on track, 1 check-in missed, 1 blocker open.",
        "To celebrate: 4 milestones, 5 wins, 6 comments.",
    ]
    assert "• Ben Ito, missed on 2026-03-27: Owed" in told
    assert "• next due 2026-04-03: 2 check-ins, none received" in told
    assert any(line.startswith("Not on track: Slow (Mia Roth): off track, reported on track, progress 0.0") for line in told)
    assert any(line.startswith("Blockers: Stuck: No steel (Ada Park, ") for line in told)
    assert "Unconfirmed dependencies: Asking depends on Asked (17.5 person-days)" in told
    assert "Open decisions: Ben Ito: Hire, deadline 2026-05-05" in told


def test_the_largest_change_of_progress_comes_first():
    told = sample_reports.digest("weekly")
    far = {"title": "Far", "before": None, "after": "0.9"}
    told["progress"]["key_results"].append({**told["progress"]["key_results"][0], **far})
    assert full_chat_text(digest.weekly_document(told))[7] == "• Far (Ada Park): now 0.90, at risk, was on track"


def test_a_calm_week_is_four_lines():
    calm = {**sample_reports.digest("weekly"), **EMPTY_SECTIONS, "celebrated": NO_CELEBRATIONS}
    calm["progress"] = {"before": "0.5", "after": "0.5", "objectives": [], "key_results": []}
    calm["moved"] = {"count": 0, "kinds": [], "items": [], "more": 0}
    assert full_chat_text(digest.weekly_document(calm))[2:] == [
        "Mean progress of the objectives: 0.50, unchanged.",
        "No key results not on track, no check-ins missed, no blockers open.",
    ]


def test_changes_are_counted_and_important_ones_listed_with_their_reasons():
    moved = {"count": 4, "kinds": [{"kind": "key_result_added", "count": 3}, {"kind": "linked", "count": 1}], "more": 0}
    change = {"kind": "target_moved", "sentence": "Ada moved it.", "reason": "Fairer", "direction": "harder", "position": 9}
    moved["items"] = [{**change, "recorded_at": "2026-01-05T00:00:00Z", "actor": "ada"}]
    told = full_chat_text(digest.weekly_document({**sample_reports.digest("weekly"), "moved": moved}))
    place = told.index("Plan changes")
    assert told[place + 1 : place + 3] == ["• 3 key results added and 1 linked", "• Ada moved it: Fairer"]


def test_a_retrospective_is_its_summary_and_a_line_of_each_section_with_content():
    told = full_chat_text(retrospective.retrospective_document(sample_reports.retrospective(), {}))
    assert told[:2] == ["Retrospective of Q1", "Tech Innovations and the units below it, 2026-01-01 to 2026-03-31"]
    assert "Reported and computed health: Two minds: reported on track, computed off track" in told
    assert "Alignment at start and end: 1 objective added, 1 removed, 1 kept; 1 link added, 1 removed, 0 kept" in told
    assert "Not scored: Never scored (no owner)" in told


def test_tables_mark_added_and_removed_goals_and_links():
    tables = {table.id: table for table in retrospective.retrospective_document(sample_reports.retrospective(), {}).tables}
    turned = dict(zip(tables["objectives"].cells("Objective"), tables["objectives"].cells("Change"), strict=True))
    assert turned == {"Goal that stays": None, "Goal that went": "removed", "Goal that came": "added"}
    links = zip(*(tables["links"].cells(name) for name in ("From", "To", "Change")), strict=True)
    assert [*links] == [
        ("Goal that went", "Priority that went", "removed"),
        ("Goal that came", "Priority that came", "added"),
    ]


def test_charts_of_committed_work_have_no_aim():
    document = retrospective.retrospective_document(sample_reports.retrospective(), {})
    bands = {part.id: part.band for section in document.sections if section.id == "aim" for part in section.parts[1:]}
    assert [*bands] == ["scores-committed", "scores-aspirational"]
    assert bands["scores-committed"] is None
    assert [str(end) for end in bands["scores-aspirational"]] == ["0.7", "0.8"]
