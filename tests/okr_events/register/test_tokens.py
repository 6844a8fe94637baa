"""Bearer tokens are shown once, stored as a digest, and valid until they expire or are revoked."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from okr_events.domain.errors import NotFound
from okr_events.register import tables
from okr_events.register.tokens import Role

ADA = UUID(int=30)


@pytest.fixture
def tokens(store):
    return store.register.tokens


@pytest.fixture
def issue(store):
    def token(**fields):
        with store.register.write_transaction() as connection:
            return store.register.tokens.issue(connection, person_id=ADA, **{"role": Role.MEMBER} | fields)

    return token


@pytest.fixture
def revoke(store):
    def token(id):
        with store.register.write_transaction() as connection:
            return store.register.tokens.revoke(connection, id)

    return token


@pytest.mark.parametrize("role", Role)
def test_a_secret_finds_its_token(tokens, issue, role):
    token, secret = issue(role=role)
    assert tokens.find_live_by_secret(secret) == token
    assert (token.person_id, token.role, token.version) == (ADA, role, 1)


@pytest.mark.parametrize("secret", ["", "okr_", "okr_wrong"])
def test_another_secret_finds_none(tokens, issue, secret):
    issue()
    assert tokens.find_live_by_secret(secret) is None


def test_no_two_secrets_are_the_same(issue):
    assert len({issue()[1] for _ in range(10)}) == 10


def test_a_secret_may_be_brought_along(tokens, issue):
    token, secret = issue(secret="brought along")
    assert secret == "brought along"
    assert tokens.find_live_by_secret("brought along") == token


def test_only_the_digest_is_kept(store, issue):
    _, secret = issue()
    with store.register.engine.connect() as connection:
        [row] = connection.execute(select(tables.tokens)).all()
    assert bytes(row.digest) == sha256(secret.encode()).digest()
    assert secret not in str(tuple(row))


def test_a_revoked_token_finds_nobody_but_stays_on_the_list(tokens, issue, revoke):
    token, secret = issue()
    revoked = revoke(token.id)
    assert tokens.find_live_by_secret(secret) is None
    assert revoked.version == 2
    assert revoked.revoked_at is not None
    assert tokens.page(after=0, limit=100) == [revoked]


def test_a_token_is_revoked_once(issue, revoke):
    token, _ = issue()
    assert revoke(token.id) == revoke(token.id)


def test_an_unknown_token_is_not_revoked(revoke):
    with pytest.raises(NotFound):
        revoke(uuid4())


@pytest.mark.parametrize(("lasts", "live"), [(timedelta(hours=1), True), (timedelta(seconds=-1), False), (timedelta(0), False)])
def test_an_expired_token_finds_nobody(tokens, issue, lasts, live):
    _, secret = issue(expires_at=datetime.now(UTC) + lasts)
    assert (tokens.find_live_by_secret(secret) is not None) is live


def test_an_expiry_is_kept_in_utc(issue):
    token, _ = issue(expires_at=datetime(2026, 5, 4, 12, tzinfo=timezone(timedelta(hours=9))))
    assert token.expires_at == "2026-05-04T03:00:00+00:00"


def test_tokens_are_listed_as_they_came(tokens, issue):
    issued = [issue()[0] for _ in range(3)]
    assert tokens.page(after=0, limit=100) == issued


def test_a_token_is_shown_without_its_secret(issue):
    token, secret = issue()
    assert token.as_dict().keys() == {"id", "person_id", "role", "created_at", "expires_at", "revoked_at", "version"}
    assert secret not in str(token.as_dict())
