"""When the read side fails, commands are still recorded, and their responses say so."""

import json
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from api.operations.stores import Stores, open_stores
from projections.projector import Projector
from projections.store.row_buffer import handlers
from tests.app_factory import create_app_over

TOKEN = "a-token-of-the-stories-only"
AUTH = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(stores: Stores) -> Any:
    return create_app_over(stores).test_client()


def create(client: Any, name: str, query: str = "") -> Any:
    body = {"name": name, "starts_on": "2026-10-01", "ends_on": "2026-12-31"}
    return client.post(f"/v1/cycles{query}", json=body, headers=AUTH)


def fail(*_: Any) -> None:
    raise ZeroDivisionError


def test_a_handler_that_fails_stops_reads_and_no_command(
    client: Any, stores: Stores, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create(client, "before").status_code == 201
    assert client.get("/v1/cycles", headers=AUTH).status_code == 200
    with monkeypatch.context() as failing:
        failing.setitem(handlers, "Cycle.Created", [fail])
        recorded = create(client, "meanwhile")
        assert recorded.status_code == 201
        assert set(recorded.json) == {"id", "version", "position"}
        assert recorded.headers["Location"] == f"/v1/cycles/{recorded.json['id']}"
        refused = client.get("/health/ready")
        assert (refused.status_code, refused.json["type"]) == (503, "urn:okr-events:problem:views-stopped")
        assert str(recorded.json["position"]) in refused.json["detail"]
    assert stores.log.head().position == recorded.json["position"]
    assert len(client.get("/v1/cycles", headers=AUTH).json["items"]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_store_of_views_that_is_gone_loses_no_command(client: Any, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: Projector) -> Any:
        raise OperationalError("SELECT", {}, Exception("gone"))

    before = stores.log.head().position
    with monkeypatch.context() as failing:
        failing.setattr(Projector, "tracked_head", gone)
        recorded = create(client, "meanwhile")
        assert (recorded.status_code, recorded.json["position"]) == (201, before + 1)
        assert (recorded.json["name"], recorded.json["version"]) == ("meanwhile", 1)
        assert client.get("/v1/cycles", headers=AUTH).status_code == 503
    assert client.get(f"/v1/cycles/{recorded.json['id']}", headers=AUTH).json["name"] == "meanwhile"


def test_a_misspelt_rehearsal_records_nothing(client: Any, stores: Stores) -> None:
    refused = create(client, "never", "?dryrun=true")
    assert (refused.status_code, refused.json["errors"][0]["parameter"]) == (422, "dryrun")
    assert stores.log.head().position == 0


def test_views_of_another_shape_are_put_aside(stores: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    with stores.views.connect() as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE tracking RENAME COLUMN chain TO link")
    again = open_stores(stores.settings)
    try:
        assert again.views.catch_up() == stores.log.head()
    finally:
        again.close()
    said = json.loads(capsys.readouterr().err)
    assert "put aside and are built anew" in said["event"]
    assert "aside" in said["kept_as"]
