"""Erasing a person: their words and name are gone from every answer, and everything else is as it was."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from uuid import UUID, uuid4

import orjson
import pytest

from api.application import create_app
from api.operations.stores import ensure_admin
from okr_events.commands.intent import Intent
from okr_events.domain.errors import PersonErased
from okr_events.domain.review import ReviewKind
from okr_events.domain.values import Words
from okr_events.journal.importer import Import
from okr_events.register.encryption_keys import ERASED
from okr_events.register.tokens import Role
from tests.api.command_catalog import CENTURY, LAUNCHES, WHY
from tests.api.installation import Caller, Installation
from tests.api.organisation import World
from tests.api.problem_assertions import rule_of

NAME = "Tarmigant"
WORDS = ("Quillback", "Wendlebury", "Ostrakine", "Pellucidar", "Hobblefrith", "Vosmeric", "Ullathane", "Zanzitum")
TRACES = (NAME, *WORDS)


@pytest.fixture
def victim(fresh):
    return fresh.caller(Role.MEMBER, NAME)


@pytest.fixture
def fresh_world(fresh, fresh_admin, victim):
    """Somebody who owns and says things, in an organisation where others answer."""
    world = World(fresh, fresh_admin, victim)
    note, win, blocker, step, reason, cause, comment, answer = WORDS
    fresh_admin.patch(f"/v1/people/{victim.person}", {"email": f"{NAME}@example.com"})
    build, launch = world["build"], world["launch"]
    said = {"note": note, "wins": [win], "blockers": [{"kind": "other", "text": blocker, "owner": victim.person}]}
    sent = [
        (f"key-results/{launch}/check-ins", {"value": 2, "next_steps": [step], **said}),
        (f"key-results/{launch}/target", {"target": 5, "reason": reason}),
        (f"key-results/{launch}/score", {"score": "0.4", "root_cause": cause, "reason": reason}),
        (f"key-results/{launch}/contributors", {"person_id": victim.person, "contribution": note}),
        (f"objectives/{build}/comments", {"kind": "coaching", "text": comment}),
        (f"comments/{world['remark']}/answers", {"text": answer}),
    ]
    for path, body in sent:
        made = victim.post(f"/v1/{path}", body)
        assert made.status_code in {200, 201}, made.text
    asked = victim.post(f"/v1/check-ins/{world['checked']}/correction", {"value": 3, "note": note, "reason": reason})
    assert asked.status_code == 200, asked.text
    return world


@pytest.fixture
def erase(fresh_admin, victim):
    def run(person=victim.person, body=None, caller=fresh_admin, **headers):
        return caller.post(f"/v1/people/{person}/erasure", {"reason": WHY} if body is None else body, **headers)

    return run


def masked(text):
    for trace in TRACES:
        text = text.replace(trace, ERASED)
    return text


def told(caller, addresses):
    answers = {address: caller.get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.text for address, answer in answers.items()}


def again(fresh):
    """Another process on the same stores."""
    return closing(Installation.opened(fresh.engine, fresh.settings))


def test_every_answer_about_the_past_is_as_it_was_but_for_the_marks(fresh, fresh_admin, fresh_reads, erase):
    then = [f"{path}?as_of=position:{fresh.head}" for path in fresh_reads]
    then.append(f"/v1/changes?from=position:1&to=position:{fresh.head}")
    before = told(fresh_admin, then)
    assert all(any(trace in text for text in before.values()) for trace in TRACES)
    assert erase().status_code == 200
    after = told(fresh_admin, then)
    assert after == {address: masked(text) for address, text in before.items()}
    fresh.stores.views.rebuild()
    assert told(fresh_admin, then) == after
    with again(fresh) as another:
        assert told(Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person), then) == after


def test_no_answer_of_today_shows_a_trace(fresh, fresh_admin, fresh_reads, fresh_world, victim, erase):
    erase()
    register = ["/v1/people", f"/v1/people/{victim.person}", "/v1/tokens", "/v1/access-log", "/v1/events"]
    others = ["/v1/changes?from=position:1", "/v1/ledger/export"]
    for address, text in told(fresh_admin, [*fresh_reads, *register, *others]).items():
        assert [trace for trace in TRACES if trace in text] == [], address
    by = fresh_admin.get(f"/v1/check-ins/{fresh_world['checked']}").json
    assert (by["author_name"], by["corrections"][0]["author_name"], by["corrections"][0]["note"]) == ("Admin", ERASED, ERASED)
    assert by["corrections"][0]["author"] == victim.person
    assert fresh_admin.get(f"/v1/objectives/{fresh_world['build']}").json["owner"] == victim.person
    assert fresh.head > 0


def test_the_log_says_who_was_erased_by_whom_and_why(fresh, fresh_admin, victim, fresh_world, erase):
    before = fresh.head
    answer = erase()
    assert (fresh.head, answer.json["position"], answer.headers["Location"]) == (
        before + 1,
        before + 1,
        f"/v1/people/{victim.person}",
    )
    [event] = fresh_admin.get(f"/v1/events?after={before}").json["items"]
    assert (event["type"], event["subject"], event["actor"], event["reason"]) == (
        "Person.Erased",
        victim.person,
        fresh_admin.person,
        WHY,
    )
    assert fresh_world["person"] == fresh_admin.person


def test_an_erased_person_is_told_as_erased(fresh_admin, victim, fresh_world, erase):
    version = fresh_admin.get(f"/v1/people/{victim.person}").json["version"]
    answer = erase()
    gone = {"id": victim.person, "name": ERASED, "email": None, "erased": True, "overwritten": True, "version": version + 1}
    assert answer.json == {**gone, "position": answer.json["position"]}
    assert fresh_admin.get(f"/v1/people/{victim.person}").json == gone
    listed = fresh_admin.get("/v1/people").json["items"]
    assert [person["name"] for person in listed] == ["Admin"]
    held = fresh_admin.get(f"/v1/people/{victim.person}/responsibilities")
    assert fresh_world["build"] in held.text


@pytest.mark.usefixtures("fresh_world")
def test_their_tokens_open_nothing_from_then_on(fresh, victim, fresh_admin, erase):
    with again(fresh) as another:
        elsewhere = Caller(another.app.test_client(), victim.token, victim.person)
        assert elsewhere.get("/v1/units").status_code == 200
        erase()
        assert {caller.get("/v1/units").status_code for caller in (victim, elsewhere)} == {401}
    [token] = [each for each in fresh_admin.get("/v1/tokens").json["items"] if each["person_id"] == victim.person]
    assert token["revoked_at"]


@pytest.mark.parametrize(
    ("what", "answered"),
    [
        ("no reason", (422, "reason-required")),
        ("nobody", (404, "not-found")),
        ("a unit", (404, "not-found")),
        ("oneself", (409, "own-erasure")),
        ("another version", (412, "stale")),
        ("twice", (409, "person-erased")),
        ("by a member", (403, "forbidden")),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(fresh, fresh_admin, fresh_world, victim, erase, what, answered):
    if what == "twice":
        erase()
    before = fresh.kept()
    refused = {
        "no reason": lambda: erase(body={}),
        "nobody": lambda: erase(uuid4()),
        "a unit": lambda: erase(fresh_world["team"]),
        "oneself": lambda: erase(fresh_admin.person),
        "another version": lambda: erase(If_Match='"1"'),
        "twice": erase,
        "by a member": lambda: erase(fresh_admin.person, caller=victim),
    }[what]()
    assert rule_of(refused) == answered
    assert fresh.kept() == before
    if what == "no reason":
        assert refused.json["errors"][0]["pointer"] == "/reason"


def test_nothing_brings_an_erased_person_back(fresh, fresh_admin, fresh_world, victim, erase):
    erase()
    named = [
        (f"objectives/{fresh_world['build']}/reassignment", {"owner": victim.person, "reason": WHY}),
        (f"objectives/{fresh_world.objective(owner=None, draft=True)}/agreement", {"agreed_by": [victim.person]}),
        (f"key-results/{fresh_world['launch']}/contributors", {"person_id": victim.person}),
        ("tokens", {"person_id": victim.person, "role": "admin"}),
        (
            "objectives",
            {"cycle_id": fresh_world["cycle"], "unit_id": fresh_world["team"], "title": "x", "owner": victim.person},
        ),
    ]
    for path, body in named:
        assert rule_of(fresh_admin.post(f"/v1/{path}", body)) == (422, "unknown"), path
    assert rule_of(fresh_admin.patch(f"/v1/people/{victim.person}", {"name": NAME})) == (409, "person-erased")
    people, id = fresh.stores.register.people, UUID(victim.person)
    with pytest.raises(PersonErased), fresh.stores.register.changing() as connection:
        people.add(connection, name=NAME, id=id)
    with pytest.raises(PersonErased):
        fresh.stores.okrs.check_in(Intent(id), UUID(fresh_world["launch"]), value=1, note="From a request in flight")
    assert id not in fresh.stores.register.keys.authors()


@pytest.mark.usefixtures("fresh_world")
def test_a_process_that_knows_the_key_forgets_it_and_writes_nothing_that_can_be_read(fresh, victim, fresh_admin, erase):
    words = Words(UUID(victim.person), "Said in the same moment")
    with again(fresh) as another:
        keys = another.stores.register.keys
        keys.seal(words, "here")
        erase()
        late = keys.seal(words, "here")
        assert keys.open([late.token]) == {late.token: ERASED}
        Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person).get("/v1/units")
        with pytest.raises(PersonErased):
            keys.seal(words, "here")
    with pytest.raises(PersonErased):
        fresh.stores.register.keys.seal(words, "here")


def test_an_answer_that_a_client_has_is_not_confirmed(fresh, fresh_admin, fresh_reads, erase):
    paths = [*fresh_reads, *(f"{path}?as_of=position:{fresh.head}" for path in fresh_reads), "/v1/people"]
    tags = {path: fresh_admin.get(path).headers["ETag"] for path in paths}
    erase()
    for path, tag in tags.items():
        assert fresh_admin.get(path, If_None_Match=tag).status_code == 200, path


def test_older_answers_are_given_again_with_the_mark(fresh_admin, fresh_world, victim, erase):
    sent = [
        (f"/v1/check-ins/{fresh_world['checked']}/retraction", {"reason": WHY}),
        ("/v1/people", {"name": "Cid", "email": f"{NAME}@example.com"}),
    ]
    first = [fresh_admin.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    assert all(any(trace in answer.text for trace in TRACES) for answer in first)
    erase()
    erase(first[1].json["id"])
    replayed = [fresh_admin.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    assert [answer.headers["Idempotency-Replayed"] for answer in replayed] == ["true", "true"]
    assert replayed[0].text == masked(first[0].text)
    assert (replayed[1].json["name"], replayed[1].json["email"]) == (ERASED, None)
    assert victim.person in replayed[0].text


@pytest.mark.parametrize("finished", ["by the next start", "by the request sent again", "by another erasure"])
def test_a_death_between_the_record_and_the_destruction_is_mended(fresh, fresh_admin, fresh_world, victim, erase, finished):
    path, body = f"/v1/people/{victim.person}/erasure", orjson.dumps({"reason": WHY})
    key = fresh.stores.register.key(UUID(fresh_admin.person), "died", method="POST", path=path, body=body)
    fresh.stores.okrs.erase_person(Intent(UUID(fresh_admin.person), WHY, key=key), UUID(victim.person))
    assert fresh_admin.get(f"/v1/people/{victim.person}").json["name"] == NAME
    match finished:
        case "by the next start":
            with again(fresh):
                pass
        case "by the request sent again":
            replayed = fresh_admin.post(path, body, Idempotency_Key="died")
            assert (replayed.status_code, replayed.headers["Idempotency-Replayed"], replayed.json["name"]) == (
                200,
                "true",
                ERASED,
            )
        case "by another erasure":
            assert erase(fresh_world.make("people", name="Cid")).status_code == 200
    gone = fresh_admin.get(f"/v1/people/{victim.person}").json
    assert (gone["name"], gone["overwritten"]) == (ERASED, True)
    assert rule_of(erase()) == (409, "person-erased")


@pytest.mark.usefixtures("fresh_world")
def test_two_admins_erase_somebody_once(fresh, victim, erase):
    barrier, answers = Barrier(4), []

    def race(caller):
        barrier.wait()
        answers.append(erase(caller=caller))

    threads = [Thread(target=race, args=(fresh.caller(Role.ADMIN),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {rule_of(answer)[1] for answer in answers if answer.status_code == 409} == {"person-erased"}
    assert victim.person in {answer.json["id"] for answer in answers if answer.status_code == 200}


@pytest.mark.usefixtures("fresh_world")
def test_a_journal_that_has_the_name_makes_a_new_person(fresh, fresh_admin, victim, erase, tmp_path):
    erase()
    journal = tmp_path / "journal.csv"
    journal.write_text(
        "recorded_at,cycle,action,objective,key_result,title,owner,value,projected\n"
        f"2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,{NAME},,\n"
    )
    reading = Import(fresh.stores.okrs, journal, actor=NAME)
    for number, cells in enumerate(reading.lines, start=2):
        reading.take(number, cells)
    reading.record()
    [person] = [each for each in fresh_admin.get("/v1/people").json["items"] if each["name"] == NAME]
    assert person["id"] != victim.person
    assert fresh_admin.get(f"/v1/people/{victim.person}").json["name"] == ERASED


def test_the_installations_own_administrator_can_be_erased_and_another_one_is_made(fresh):
    minted = ensure_admin(fresh.stores, fresh.settings)
    client = create_app(fresh.stores, largest_body=fresh.settings.largest_body).test_client()
    first = fresh.stores.register.tokens.holder(minted).person_id
    other = Caller(client, fresh.caller(Role.ADMIN).token, "")
    assert other.post(f"/v1/people/{first}/erasure", {"reason": WHY}).status_code == 200
    (fresh.settings.data_dir / "admin-token").unlink()
    anew = ensure_admin(fresh.stores, fresh.settings)
    second = fresh.stores.register.tokens.holder(anew).person_id
    assert second != first
    assert fresh.stores.register.people.one(second).name == "Administrator"


@pytest.mark.usefixtures("fresh_world")
def test_a_new_person_does_not_take_the_place_of_an_erased_one_in_lists(fresh_admin, victim, erase):
    seen = fresh_admin.get("/v1/people?limit=1").json["next"]
    cid = fresh_admin.post("/v1/people", {"name": "Cid"}).json["id"]
    erase(cid)
    erase()
    fresh_admin.post("/v1/people", {"name": "Dee"})
    assert [person["name"] for person in fresh_admin.get(f"/v1/people?after={seen}").json["items"]] == ["Dee"]
    assert victim.person != cid


def test_numbers_positions_and_the_chain_are_as_they_were(fresh, fresh_admin, fresh_world, erase):
    before, paths = fresh.stores.log.recorded(after=0), [f"/v1/key-results/{fresh_world['launch']}", "/v1/alignment-tree"]
    numbers = [fresh_admin.get(f"{path}?as_of=position:{len(before)}").text for path in paths]
    erase()
    assert fresh.stores.log.recorded(after=0)[:-1] == before
    assert [fresh_admin.get(f"{path}?as_of=position:{len(before)}").text for path in paths] == list(map(masked, numbers))
    assert CENTURY["starts_on"] < date.today().isoformat() and LAUNCHES["target"] == 4  # noqa: DTZ011, PT018


def test_what_an_erasure_overtakes_is_refused_by_the_log_itself(fresh, fresh_world, fresh_admin, victim, monkeypatch):
    """A request may have looked at owner and token before the erasure: its append looks again."""
    launch, id = UUID(fresh_world["launch"]), UUID(victim.person)
    assert fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": WHY}).status_code == 200
    draft = UUID(fresh_world.objective(draft=True, owner=fresh_admin.person))
    okrs, head = fresh.stores.okrs, fresh.head
    monkeypatch.setattr(type(fresh.stores.register.people), "exists", lambda *_: True)
    admin = Intent(UUID(fresh_admin.person), reason=WHY)
    place = {"unit_id": UUID(fresh_world["team"]), "cycle_id": UUID(fresh_world["cycle"])}
    review = {**place, "kind": ReviewKind.WEEKLY, "adjustments": [1]}
    overtaken = [
        lambda: okrs.check_in(Intent(id), launch, confidence=Decimal("0.5")),
        lambda: okrs.reassign_key_result(admin, launch, owner=id),
        lambda: okrs.name_contributor(admin, launch, person_id=id),
        lambda: okrs.check_in(admin, launch, value=1, blockers=[{"kind": "other", "text": "x", "owner": id}]),
        lambda: okrs.agree_objective(admin, draft, agreed_by=[id]),
        lambda: okrs.hold_review(admin, **review, participants=[id]),
        lambda: okrs.hold_review(admin, **review, decisions=[{"text": "x", "owner": id}]),
        lambda: okrs.erase_person(Intent(id, reason=WHY), admin.actor),
    ]
    for command in overtaken:
        with pytest.raises(PersonErased):
            command()
    assert fresh.head == head
