"""Comments over HTTP, their answers, and their place in histories."""

import pytest

from okr_events.register.tokens import Role
from tests.api.command_catalog import REASON, UNKNOWN_ID
from tests.api.problem_assertions import broken_rule

TEXT = "For whom?\nAnd by when?"


@pytest.fixture(params=["objectives", "key-results", "check-ins"])
def subject(request, world):
    """A subject of each kind, without comments."""
    kind = {"objectives": "objective_id", "key-results": "key_result_id", "check-ins": "check_in_id"}[request.param]
    return f"{request.param}/{world.create_for_argument(kind)}"


def texts(page):
    return [each["text"] for each in page.json["items"]]


def test_a_comment_reads_as_it_was_recorded(subject, world, member, reader):
    kind, _, id = subject.partition("/")
    made = member.post(f"/v1/{subject}/comments", {"kind": "coaching", "text": TEXT})
    assert (made.status_code, made.headers["Location"]) == (201, f"/v1/comments/{made.json['id']}")
    result = reader.get(made.headers["Location"])
    assert result.json == made.json
    assert {name: result.json[name] for name in result.json.keys() - {"id", "position", "recorded_at"}} == {
        "subject": {"type": kind.removesuffix("s").replace("-", "_"), "id": id},
        "kind": "coaching",
        "text": TEXT,
        "author": member.person,
        "author_name": "Member",
        "answers_to": None,
        "version": 1,
    }
    assert reader.get(f"/v1/{subject}/comments").json == {"items": [result.json], "next": None}
    assert world.installation.head == made.json["position"]


def test_a_comment_is_answered_and_so_is_an_answer(subject, world, admin, member, reader):
    response = world.comment(subject)
    answered = member.post(f"/v1/comments/{response}/answers", {"text": "For all"}).json
    assert (answered["answers_to"], answered["kind"], answered["author"]) == (response, "feedback", member.person)
    again = admin.post(f"/v1/comments/{answered['id']}/answers", {"text": "Thank you", "kind": "celebration"}).json
    assert (again["answers_to"], again["kind"], again["subject"]) == (answered["id"], "celebration", answered["subject"])
    page = reader.get(f"/v1/{subject}/comments")
    assert texts(page) == ["For whom?", "For all", "Thank you"]
    assert page.json["items"][1:] == [answered, again]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"text": "x"}, "/kind"),
        ({"kind": "praise", "text": "x"}, "/kind"),
        ({"kind": "feedback"}, "/text"),
        ({"kind": "feedback", "text": None}, "/text"),
        ({"kind": "feedback", "text": ""}, "/text"),
        ({"kind": "feedback", "text": " \n"}, "/text"),
        ({"kind": "feedback", "text": "x" * 10_001}, "/text"),
        ({"kind": "feedback", "text": ["x"]}, "/text"),
        ({"kind": "feedback", "text": "x", "author": UNKNOWN_ID}, "/author"),
    ],
)
def test_an_invalid_field_has_a_pointer(installation, world, admin, fields, pointer):
    before = installation.head
    refused = [admin.post(f"/v1/objectives/{world['build']}/comments", fields)]
    if pointer != "/kind" or "kind" in fields:
        refused.append(admin.post(f"/v1/comments/{world['remark']}/answers", fields))
    for each in refused:
        assert (each.status_code, [error["pointer"] for error in each.json["errors"]]) == (422, [pointer])
    assert installation.head == before


def test_everybody_who_writes_comments_on_anything(world, subject, admin, member, reader, auditor):
    stranger = world.installation.caller(Role.MEMBER, "Stranger")
    for caller in (stranger, member, admin):
        response = caller.post(f"/v1/{subject}/comments", {"kind": "feedback", "text": "Well"})
        assert response.status_code == 201
        assert stranger.post(f"/v1/comments/{response.json['id']}/answers", {"text": "Well?"}).status_code == 201
    for caller in (reader, auditor):
        assert caller.post(f"/v1/{subject}/comments", {"kind": "feedback", "text": "Well"}).status_code == 403


def test_a_draft_is_open_to_everybodys_input(world, reader):
    stranger = world.installation.caller(Role.MEMBER, "Stranger")
    draft = world.objective(draft=True, owner=world["person"])
    assert stranger.post(f"/v1/objectives/{draft}/comments", {"kind": "feedback", "text": "Say for whom"}).status_code == 201
    [result] = reader.get(f"/v1/objectives/{draft}/comments").json["items"]
    assert (result["text"], result["author_name"]) == ("Say for whom", "Stranger")


def test_what_was_cancelled_is_talked_about_all_the_same(world, admin, member):
    key_result = world.key_result()
    objective = admin.get(f"/v1/key-results/{key_result}").json["objective_id"]
    check_in = world.create(f"key-results/{key_result}/check-ins", value=1)
    for ended in (f"key-results/{key_result}", f"objectives/{objective}"):
        assert admin.post(f"/v1/{ended}/cancellation", {"reason": REASON}).status_code == 200
    for subject in (f"key-results/{key_result}", f"objectives/{objective}", f"check-ins/{check_in}"):
        made = member.post(f"/v1/{subject}/comments", {"kind": "coaching", "text": "Next time"})
        assert member.post(f"/v1/comments/{made.json['id']}/answers", {"text": "Yes"}).status_code == 201


def test_a_remark_leaves_its_subject_as_it_was(subject, admin, reader):
    before = reader.get(f"/v1/{subject}").json
    response = admin.post(f"/v1/{subject}/comments", {"kind": "question", "text": "x"}, If_Match=f'"{before["version"]}"')
    assert response.status_code == 201
    assert (
        admin.post(f"/v1/comments/{response.json['id']}/answers", {"text": "x"}, If_Match=response.headers["ETag"]).status_code
        == 201
    )
    assert reader.get(f"/v1/{subject}").json == before


def test_a_comment_on_a_version_that_is_gone_is_refused(subject, admin):
    refused = admin.post(f"/v1/{subject}/comments", {"kind": "question", "text": "x"}, If_Match='"99"')
    assert broken_rule(refused) == (412, "stale")
    assert refused.json["version"] == admin.get(f"/v1/{subject}").json["version"]


def test_comments_come_oldest_first_a_page_at_a_time_and_as_of_then(subject, admin, reader):
    made = [admin.post(f"/v1/{subject}/comments", {"kind": "feedback", "text": f"{n}"}).json for n in range(5)]
    path = f"/v1/{subject}/comments"
    seen, page = [], reader.get(f"{path}?limit=2")
    while page.json["next"]:
        seen += page.json["items"]
        page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert seen + page.json["items"] == made
    then = made[2]["position"]
    assert texts(reader.get(f"{path}?as_of=position:{then}")) == ["0", "1", "2"]
    assert reader.get(f"/v1/comments/{made[3]['id']}?as_of=position:{then}").status_code == 404


def test_comments_are_filtered_by_kind_and_come_in_pages(subject, world, admin, reader):
    path = f"/v1/{subject}/comments"
    response = world.comment(subject)
    admin.post(f"/v1/comments/{response}/answers", {"text": "Well done", "kind": "celebration"})
    for n in range(2):
        world.comment(subject, kind="celebration", text=f"{n}")
        world.comment(subject, kind="coaching")
    assert texts(reader.get(f"{path}?kind=celebration")) == ["Well done", "0", "1"]
    page = reader.get(f"{path}?kind=celebration&limit=2")
    assert texts(page) == ["Well done", "0"]
    assert texts(reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])) == ["1"]
    assert texts(reader.get(f"{path}?kind=feedback")) == []
    assert reader.get(f"{path}?kind=praise").status_code == 422


def test_there_are_no_comments_on_what_is_not_there(world, reader, admin):
    kinds = {"objectives": "key_result_id", "key-results": "objective_id", "check-ins": "key_result_id"}
    for kind, other in kinds.items():
        for id in (UNKNOWN_ID, world.create_for_argument(other)):
            assert reader.get(f"/v1/{kind}/{id}/comments").status_code == 404
            assert admin.post(f"/v1/{kind}/{id}/comments", {"kind": "feedback", "text": "x"}).status_code == 404
    assert reader.get(f"/v1/comments/{world['build']}").status_code == 404
    assert admin.post(f"/v1/comments/{world['build']}/answers", {"text": "x"}).status_code == 404


def test_histories_tell_who_remarked_what_when_and_why(world, admin, member, reader):
    objective = world.objective()
    key_result = world.key_result(objective=objective)
    check_in = world.create(f"key-results/{key_result}/check-ins", value=1)
    subjects = (f"objectives/{objective}", f"key-results/{key_result}", f"check-ins/{check_in}")
    made = [member.post(f"/v1/{each}/comments", {"kind": "question", "text": each, "reason": REASON}).json for each in subjects]
    made.append(admin.post(f"/v1/comments/{made[0]['id']}/answers", {"text": "For all"}).json)

    def remarks(path):
        facts = reader.get(f"/v1/{path}/history").json["items"]
        assert [fact["position"] for fact in facts] == sorted(fact["position"] for fact in facts)
        return [fact for fact in facts if fact["type"] in {"Conversation.Commented", "Conversation.Answered"}]

    result = remarks(f"objectives/{objective}")
    assert [fact["fields"]["comment_id"] for fact in result] == [each["id"] for each in made]
    assert remarks(f"key-results/{key_result}") == result[1:3]
    for fact, comment in zip(result, made, strict=True):
        assert (fact["fields"]["text"], fact["fields"]["kind"]) == (comment["text"], comment["kind"])
        assert (fact["actor"], fact["actor_name"]) == (comment["author"], comment["author_name"])
        assert (fact["position"], fact["recorded_at"]) == (comment["position"], comment["recorded_at"])
    assert [fact["reason"] for fact in result] == [REASON, REASON, REASON, None]
    assert result[3]["fields"]["answers_to"] == made[0]["id"]
    opened = [fact for fact in reader.get(f"/v1/objectives/{objective}/history").json["items"] if fact["version"] == 1]
    subjects_told = [fact["fields"]["subject_id"] for fact in opened if fact["type"] == "Conversation.Opened"]
    assert subjects_told == [objective, key_result, check_in]


def test_the_first_comment_sent_again_is_recorded_once(installation, world, subject, admin, reader):
    path, body = f"/v1/{subject}/comments", {"kind": "question", "text": "x"}
    first = admin.post(path, body, Idempotency_Key=subject)
    head = installation.head
    world.comment(subject)
    again = admin.post(path, body, Idempotency_Key=subject)
    assert (again.status_code, again.json, again.headers["Idempotency-Replayed"]) == (201, first.json, "true")
    assert (installation.head, len(reader.get(path).json["items"])) == (head + 1, 2)


def test_a_first_comment_is_rehearsed(installation, subject, admin, reader):
    before = installation.read_state()
    rehearsed = admin.post(f"/v1/{subject}/comments?dry_run=true", {"kind": "question", "text": "x"})
    assert (rehearsed.status_code, rehearsed.json["position"], rehearsed.json["text"]) == (201, None, "x")
    assert installation.read_state() == before
    assert reader.get(f"/v1/{subject}/comments").json["items"] == []
