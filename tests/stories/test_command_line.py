"""The command line, as an operator uses it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from api.application import create_app
from api.cli import okr as command_line
from api.settings import LARGEST_BODY
from api.stores import Stores

Okr = Callable[..., Any]


def test_a_token_from_the_command_line_opens_the_door(okr: Okr, stores: Stores) -> None:
    secret = okr("token", "--person", "Ben Ito", "--role", "reader").stdout.strip()
    client = create_app(stores, largest_body=LARGEST_BODY).test_client()
    answer = client.get("/v1/people", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert "Ben Ito" in answer.text
    assert client.post("/v1/units", json={}, headers={"Authorization": f"Bearer {secret}"}).status_code == 403


def test_rebuilding_brings_the_views_to_the_head(okr: Okr) -> None:
    assert "position 0" in okr("rebuild").stdout


def test_settings_that_are_wrong_are_all_named_at_once(okr: Okr, environment: dict[str, str]) -> None:
    environment.update(OKR_LARGEST_BODY="huge", OKR_DATABASE_URL="mysql://x", OKR_ADMIN_TOKEN="short")
    done = okr("doctor")
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "OKR_DATABASE_URL",
        "OKR_ADMIN_TOKEN",
        "OKR_LARGEST_BODY",
    ]


def test_the_first_start_mints_an_admin_token_that_only_its_owner_reads(tmp_path: Path) -> None:
    from api.settings import Settings  # noqa: PLC0415
    from api.stores import ensure_admin, open_stores  # noqa: PLC0415

    settings = Settings(tmp_path, None, None, None, LARGEST_BODY, 1, 4)
    stores = open_stores(settings)
    minted = ensure_admin(stores, settings)
    kept = tmp_path / "admin-token"
    assert kept.read_text().strip() == minted
    assert oct(kept.stat().st_mode)[-3:] == "600"
    assert ensure_admin(stores, settings) is None
    assert stores.log.head().position == 0
    stores.close()


def test_the_demonstration_ends_with_the_tree_then_and_now_and_a_history() -> None:
    told = CliRunner().invoke(command_line, ["demo"], catch_exceptions=False).output
    then, now, history = (
        told.index(title) for title in ("The tree before the change", "The tree now", "The history of Partnerships")
    )
    assert then < now < history
    assert "Partnerships with large players, target 2" in told[then:now]
    assert "Market share" in told[then:now]
    assert "Partnerships with large players, target 4" in told[now:history]
    assert "Market share" not in told[now:history]
    assert "KeyResult.TargetRevised - The fair brought three more" in told[history:]
