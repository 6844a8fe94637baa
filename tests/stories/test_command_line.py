"""The command line as an operator uses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import okr as command_line
from api.operations.admin_token import TokenRevoked, ensure_admin_token
from api.operations.settings import DEFAULT_MAX_BODY, Settings
from api.operations.stores import Stores, open_stores
from tests.app_factory import create_app_over

TOKEN = "a-token-of-the-stories-only"

Okr = Callable[..., Any]


def test_a_token_from_the_command_line_opens_the_door(okr: Okr, stores: Stores) -> None:
    secret = okr("token", "--person", "Ben Ito", "--role", "reader", "--new").stdout.strip()
    client = create_app_over(stores).test_client()
    answer = client.get("/v1/people", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "Ben Ito" in answer.text
    assert client.post("/v1/units", json={}, headers={"Authorization": f"Bearer {secret}"}).status_code == 403


def test_a_token_is_issued_for_one_known_person_and_ends_in_the_future(okr: Okr, stores: Stores) -> None:
    with stores.register.write_transaction() as connection:
        for name in ("Zoe", "Zoe", "Ann"):
            stores.register.people.add(connection, name=name)
    assert (
        "No person has the id, e-mail address or name Zo. Use --new to create them."
        in okr("token", "--person", "Zo", "--role", "reader").stderr
    )
    assert (
        "2 people are called Zoe. Use an id or an e-mail address: "
        in okr("token", "--person", "Zoe", "--role", "reader").stderr
    )
    assert "A person with the name Ann exists already." in okr("token", "--person", "Ann", "--role", "reader", "--new").stderr
    assert "in the future" in okr("token", "--person", "Ann", "--role", "reader", "--expires", "2020-01-01").stderr
    issued = okr("token", "--person", "Ann", "--role", "reader", "--expires", "2999-01-01")
    client = create_app_over(stores).test_client()
    listed = client.get("/v1/tokens", headers={"Authorization": f"Bearer {TOKEN}"}).json["items"]
    assert listed[-1]["id"] in issued.stderr
    assert listed[-1]["expires_at"].startswith("2999-01-01T00:00:00")
    assert issued.stdout.strip() not in str(listed)


def test_an_admin_token_that_was_revoked_is_said_in_a_sentence(stores: Stores, environment: dict[str, str]) -> None:
    settings = Settings(Path(environment["OKR_DATA_DIR"]), None, None, TOKEN, DEFAULT_MAX_BODY, 1, 4)
    with stores.register.write_transaction() as connection:
        stores.register.tokens.revoke(connection, stores.register.tokens.page(after=0, limit=1)[0].id)
    with pytest.raises(TokenRevoked):
        ensure_admin_token(stores, settings)


@pytest.mark.usefixtures("stores")
def test_rebuilding_brings_the_views_to_the_head(okr: Okr) -> None:
    assert "position 0" in okr("rebuild").stdout


def test_settings_that_are_wrong_are_all_named_at_once(okr: Okr, environment: dict[str, str]) -> None:
    environment.update(OKR_LARGEST_BODY="huge", OKR_DATABASE_URL="mysql://x", OKR_ADMIN_TOKEN="short")
    done = okr("doctor")
    assert done.returncode == 2
    assert [line.split()[0].rstrip(":") for line in done.stderr.splitlines()] == [
        "OKR_DATABASE_URL",
        "OKR_ADMIN_TOKEN",
        "OKR_LARGEST_BODY",
    ]


def test_the_first_start_mints_an_admin_token_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(tmp_path, None, None, None, DEFAULT_MAX_BODY, 1, 4)
    stores = open_stores(settings)
    secret = ensure_admin_token(stores, settings)
    kept = tmp_path / "admin-token"
    assert kept.read_text().strip() == secret
    assert oct(kept.stat().st_mode)[-3:] == "600"
    assert ensure_admin_token(stores, settings) is None
    assert stores.log.head().position == 0
    stores.close()


def test_the_demonstration_ends_with_the_tree_then_and_now_and_a_history() -> None:
    output = CliRunner().invoke(command_line, ["demo"], catch_exceptions=False).output
    then, now, history = (
        output.index(title) for title in ("The tree before the change", "The tree now", "History of Partnerships")
    )
    assert then < now < history
    assert "Partnerships with large players, target 2" in output[then:now]
    assert "Market share" in output[then:now]
    assert "Partnerships with large players, target 4" in output[now:history]
    assert "Market share" not in output[now:history]
    assert "KeyResult.TargetRevised - The fair brought three more" in output[history:]
    review = output[output.index("The quarterly review of") :]
    assert 'moved the target of "Partnerships with large players" from 2 to 4. The fair brought three more' in review
    assert 'cancelled the key result "Market share". The survey' in review
    assert "done  Let Mia talk to all five partners." in review
    assert "open  Find a measure of market share that lasts." in review


@pytest.mark.parametrize("name", ["OKR_DATABASE_URL", "OKR_VIEWS_URL"])
def test_a_percent_sign_in_a_password_is_explained_and_the_password_not_shown(
    environment: dict[str, str], okr: Okr, name: str
) -> None:
    environment[name] = "postgresql://user:se%cret-word@127.0.0.1:1/okr"
    refused = okr("doctor")
    assert (refused.returncode, f"{name} must write the character % as %25" in refused.stderr) == (2, True)
    assert "cret-word" not in refused.stdout + refused.stderr
