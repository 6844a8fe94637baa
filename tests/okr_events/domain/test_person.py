"""People in the log: an opaque id, and that they were erased."""

from uuid import UUID

import pytest

from okr_events.domain.person import Person, SelfErasure

ADA, BEN = UUID(int=30), UUID(int=31)


def test_an_erasure_says_nothing_but_whose_it_is(facts):
    erased = Person.erase(BEN, by=ADA)
    assert (erased.id, erased.version) == (BEN, 1)
    assert facts(erased) == [("Person.Erased", {})]


def test_nobody_erases_themselves():
    with pytest.raises(SelfErasure):
        Person.erase(ADA, by=ADA)
