"""People in the log: opaque ids and their erasure."""

from uuid import UUID

import pytest

from okr_events.domain.person import Person, SelfErasure

ADA, BEN = UUID(int=30), UUID(int=31)


def test_an_erasure_has_no_fields_but_the_persons_id(facts):
    erased = Person.erase(BEN, by=ADA)
    assert (erased.id, erased.version) == (BEN, 1)
    assert facts(erased) == [("Person.Erased", {})]


def test_nobody_erases_themselves():
    with pytest.raises(SelfErasure):
        Person.erase(ADA, by=ADA)
