"""Views of a log without events."""


def test_no_events_are_no_rows(views, read_all_rows):
    assert views.catch_up().position == 0
    assert [name for name, found in read_all_rows(views).items() if found] == ["tracking"]
