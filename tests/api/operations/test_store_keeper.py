"""A server's process keeps up to date while no request does."""

from uuid import UUID

from api.operations.store_keeper import StoreKeeper
from tests.api.installation import Installation


def test_the_views_catch_up_without_a_read(fresh_installation, fresh_world):
    stores = fresh_installation.stores
    fresh_world.admin.post(f"/v1/key-results/{fresh_world['launch']}/check-ins", {"value": 1})
    assert stores.views.tracked_head().position < fresh_installation.head
    StoreKeeper(stores).keep()
    assert stores.views.tracked_head().position == fresh_installation.head


def test_a_process_without_requests_forgets_who_was_erased(fresh_installation, fresh_world):
    other = Installation.create(fresh_installation.engine, fresh_installation.settings).stores
    person = UUID(fresh_world.create_for_argument("person_id"))
    assert other.register.people.names_by_id({person})
    assert person in other.register.known.latest.names
    erasure = fresh_world.admin.post(f"/v1/people/{person}/erasure", {"reason": "They asked for it"})
    assert erasure.status_code == 200, erasure.text
    StoreKeeper(other).keep()
    assert (other.register.known.latest.names, other.register.known.latest.ciphers) == ({}, {})
    other.close()
