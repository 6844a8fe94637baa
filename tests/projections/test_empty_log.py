"""Views of a log without events."""


def test_no_events_are_no_rows(views, everything):
    assert views.catch_up().position == 0
    assert [name for name, found in everything(views).items() if found] == ["tracking"]
