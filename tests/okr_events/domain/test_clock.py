"""The acceptance of a clock: an event without fields, in one stream."""

from okr_events.domain.clock import CLOCK_ID, Clock


def test_every_acceptance_is_an_event_of_one_stream(facts):
    clock = Clock.accept_first()
    clock.accept_again()
    assert (clock.id, clock.version) == (CLOCK_ID, 2)
    assert facts(clock) == [("Clock.Accepted", {}), ("Clock.AcceptedAgain", {})]
