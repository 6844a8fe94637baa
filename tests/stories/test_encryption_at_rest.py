"""While the server runs, no file of its data folder contains free text in the clear."""

from pathlib import Path
from typing import Any

from api.demo.client import Client
from api.demo.server import run_server

TOKEN = "a-token-of-this-story-only"
WORDS = ("Tarmigant", "Quillback", "Wendlebury", "Ostrakine", "Pellucidar", "Hobblefrith", "Vosmeric", "Ullathane", "Zanzitum")


def test_no_note_win_blocker_step_reason_cause_comment_or_answer_is_found_in_any_file(tmp_path: Path) -> None:
    note, win, blocker, step, reason, cause, comment, answer, name = WORDS
    with run_server(tmp_path, TOKEN) as (address, _):
        api = Client(address, TOKEN)
        person = api.post("/v1/people", name=name, email=f"{name}@example.com")
        key_result = define_key_result(api, person)
        recorded = api.post(
            f"/v1/key-results/{key_result['id']}/check-ins",
            value=1,
            note=note,
            wins=[win],
            blockers=[{"kind": "other", "text": blocker}],
            next_steps=[step],
        )
        api.post(f"/v1/check-ins/{recorded['id']}/correction", value=2, note=f"{note} again", reason=reason)
        api.post(f"/v1/key-results/{key_result['id']}/score", score="0.4", root_cause=cause, reason=reason)
        question = api.post(f"/v1/check-ins/{recorded['id']}/comments", kind="question", text=comment)
        api.post(f"/v1/comments/{question['id']}/answers", text=answer)
        history = str(api.get(f"/v1/key-results/{key_result['id']}/history"))
        assert all(word in history for word in WORDS[:-1]), "a reader is told all of them"
        assert api.get(f"/v1/people/{person['id']}")["name"] == name
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert any(file.name.endswith("-wal") for file in files)
        for file in files:
            data = file.read_bytes()
            assert [word for word in WORDS if word.encode() in data or word.encode("utf-16-le") in data] == [], file


def define_key_result(api: Client, owner: Any) -> Any:
    company = api.post("/v1/units", name="Tech", level="company")
    cycle = api.post("/v1/cycles", name="2026-Q4", starts_on="2026-10-01", ends_on="2026-12-31")
    objective = api.post("/v1/objectives", cycle_id=cycle["id"], unit_id=company["id"], title="Lead", owner=owner["id"])
    metric = {"kind": "increase", "baseline": 0, "target": 3}
    return api.post(f"/v1/objectives/{objective['id']}/key-results", title="Launch", metric=metric, owner=owner["id"])
