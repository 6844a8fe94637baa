"""Erasing a person: their words and name disappear from every response, and everything else stays."""

from contextlib import closing
from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from uuid import UUID, uuid4

import orjson
import pytest

from api.operations.admin_token import ensure_admin_token
from okr_events.commands.intent import Intent
from okr_events.domain.errors import PersonErased
from okr_events.domain.review import ReviewKind
from okr_events.domain.values import AuthoredText
from okr_events.journal.importer import JournalImport
from okr_events.register.encryption_keys import ERASED_TEXT
from okr_events.register.tokens import Role
from tests.api.command_catalog import CENTURY, LAUNCHES, REASON
from tests.api.installation import Caller, Installation
from tests.api.organisation import Organisation
from tests.api.problem_assertions import broken_rule

NAME = "Tarmigant"
WORDS = ("Quillback", "Wendlebury", "Ostrakine", "Pellucidar", "Hobblefrith", "Vosmeric", "Ullathane", "Zanzitum")
TRACES = (NAME, *WORDS)


@pytest.fixture
def victim(fresh_installation):
    return fresh_installation.caller(Role.MEMBER, NAME)


@pytest.fixture
def fresh_world(fresh_installation, fresh_admin, victim):
    """A person who owns goals and writes texts, in an organisation where others answer them."""
    world = Organisation(fresh_installation, fresh_admin, victim)
    note, win, blocker, step, reason, cause, comment, answer = WORDS
    fresh_admin.patch(f"/v1/people/{victim.person}", {"email": f"{NAME}@example.com"})
    build, launch = world["build"], world["launch"]
    fields = {"note": note, "wins": [win], "blockers": [{"kind": "other", "text": blocker, "owner": victim.person}]}
    sent = [
        (f"key-results/{launch}/check-ins", {"value": 2, "next_steps": [step], **fields}),
        (f"key-results/{launch}/target", {"target": 5, "reason": reason}),
        (f"key-results/{launch}/score", {"score": "0.4", "root_cause": cause, "reason": reason}),
        (f"key-results/{launch}/contributors", {"person_id": victim.person, "contribution": note}),
        (f"objectives/{build}/comments", {"kind": "coaching", "text": comment}),
        (f"comments/{world['remark']}/answers", {"text": answer}),
    ]
    for path, body in sent:
        made = victim.post(f"/v1/{path}", body)
        assert made.status_code in {200, 201}, made.text
    response = victim.post(f"/v1/check-ins/{world['checked']}/correction", {"value": 3, "note": note, "reason": reason})
    assert response.status_code == 200, response.text
    return world


@pytest.fixture
def erase(fresh_admin, victim):
    def run(person=victim.person, body=None, caller=fresh_admin, **headers):
        return caller.post(f"/v1/people/{person}/erasure", {"reason": REASON} if body is None else body, **headers)

    return run


def mask_varying_parts(text):
    for trace in TRACES:
        text = text.replace(trace, ERASED_TEXT)
    return text


def fetch_texts(caller, addresses):
    answers = {address: caller.get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.text for address, answer in answers.items()}


def reopen(fresh):
    """Another process on the same stores."""
    return closing(Installation.create(fresh.engine, fresh.settings))


def test_every_answer_about_the_past_is_as_it_was_but_for_the_marks(fresh_installation, fresh_admin, fresh_read_paths, erase):
    then = [f"{path}?as_of=position:{fresh_installation.head}" for path in fresh_read_paths]
    then.append(f"/v1/changes?from=position:1&to=position:{fresh_installation.head}")
    before = fetch_texts(fresh_admin, then)
    assert all(any(trace in text for text in before.values()) for trace in TRACES)
    assert erase().status_code == 200
    after = fetch_texts(fresh_admin, then)
    assert after == {address: mask_varying_parts(text) for address, text in before.items()}
    fresh_installation.stores.views.rebuild()
    assert fetch_texts(fresh_admin, then) == after
    with reopen(fresh_installation) as another:
        assert fetch_texts(Caller(another.app.test_client(), fresh_admin.token, fresh_admin.person), then) == after


def test_no_answer_of_today_shows_a_trace(fresh_installation, fresh_admin, fresh_read_paths, fresh_world, victim, erase):
    erase()
    register = ["/v1/people", f"/v1/people/{victim.person}", "/v1/tokens", "/v1/access-log", "/v1/events"]
    others = ["/v1/changes?from=position:1", "/v1/ledger/export"]
    for address, text in fetch_texts(fresh_admin, [*fresh_read_paths, *register, *others]).items():
        assert [trace for trace in TRACES if trace in text] == [], address
    by = fresh_admin.get(f"/v1/check-ins/{fresh_world['checked']}").json
    assert (by["author_name"], by["corrections"][0]["author_name"], by["corrections"][0]["note"]) == (
        "Admin",
        ERASED_TEXT,
        ERASED_TEXT,
    )
    assert by["corrections"][0]["author"] == victim.person
    assert fresh_admin.get(f"/v1/objectives/{fresh_world['build']}").json["owner"] == victim.person
    assert fresh_installation.head > 0


def test_the_log_says_who_was_erased_by_whom_and_why(fresh_installation, fresh_admin, victim, fresh_world, erase):
    before = fresh_installation.head
    answer = erase()
    assert (fresh_installation.head, answer.json["position"], answer.headers["Location"]) == (
        before + 1,
        before + 1,
        f"/v1/people/{victim.person}",
    )
    [event] = fresh_admin.get(f"/v1/events?after={before}").json["items"]
    assert (event["type"], event["subject"], event["actor"], event["reason"]) == (
        "Person.Erased",
        victim.person,
        fresh_admin.person,
        REASON,
    )
    assert fresh_world["person"] == fresh_admin.person


def test_an_erased_person_reads_as_erased(fresh_admin, victim, fresh_world, erase):
    version = fresh_admin.get(f"/v1/people/{victim.person}").json["version"]
    answer = erase()
    gone = {
        "id": victim.person,
        "name": ERASED_TEXT,
        "email": None,
        "erased": True,
        "overwritten": True,
        "version": version + 1,
    }
    assert answer.json == {**gone, "position": answer.json["position"]}
    assert fresh_admin.get(f"/v1/people/{victim.person}").json == gone
    listed = fresh_admin.get("/v1/people").json["items"]
    assert [person["name"] for person in listed] == ["Admin"]
    held = fresh_admin.get(f"/v1/people/{victim.person}/responsibilities")
    assert fresh_world["build"] in held.text


@pytest.mark.usefixtures("fresh_world")
def test_their_tokens_open_nothing_from_then_on(fresh_installation, victim, fresh_admin, erase):
    with reopen(fresh_installation) as another:
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
def test_what_cannot_be_done_is_refused_and_leaves_nothing(
    fresh_installation, fresh_admin, fresh_world, victim, erase, what, answered
):
    if what == "twice":
        erase()
    before = fresh_installation.read_state()
    refused = {
        "no reason": lambda: erase(body={}),
        "nobody": lambda: erase(uuid4()),
        "a unit": lambda: erase(fresh_world["team"]),
        "oneself": lambda: erase(fresh_admin.person),
        "another version": lambda: erase(If_Match='"1"'),
        "twice": erase,
        "by a member": lambda: erase(fresh_admin.person, caller=victim),
    }[what]()
    assert broken_rule(refused) == answered
    assert fresh_installation.read_state() == before
    if what == "no reason":
        assert refused.json["errors"][0]["pointer"] == "/reason"


def test_nothing_brings_an_erased_person_back(fresh_installation, fresh_admin, fresh_world, victim, erase):
    erase()
    named = [
        (f"objectives/{fresh_world['build']}/reassignment", {"owner": victim.person, "reason": REASON}),
        (f"objectives/{fresh_world.objective(owner=None, draft=True)}/agreement", {"agreed_by": [victim.person]}),
        (f"key-results/{fresh_world['launch']}/contributors", {"person_id": victim.person}),
        ("tokens", {"person_id": victim.person, "role": "admin"}),
        (
            "objectives",
            {"cycle_id": fresh_world["cycle"], "unit_id": fresh_world["team"], "title": "x", "owner": victim.person},
        ),
    ]
    for path, body in named:
        assert broken_rule(fresh_admin.post(f"/v1/{path}", body)) == (422, "unknown"), path
    assert broken_rule(fresh_admin.patch(f"/v1/people/{victim.person}", {"name": NAME})) == (409, "person-erased")
    people, id = fresh_installation.stores.register.people, UUID(victim.person)
    with pytest.raises(PersonErased), fresh_installation.stores.register.write_transaction() as connection:
        people.add(connection, name=NAME, id=id)
    with pytest.raises(PersonErased):
        fresh_installation.stores.okrs.check_in(
            Intent(id), UUID(fresh_world["launch"]), value=1, note="From a request in flight"
        )
    assert id not in fresh_installation.stores.register.keys.authors()


@pytest.mark.usefixtures("fresh_world")
def test_a_process_that_knows_the_key_forgets_it_and_writes_nothing_that_can_be_read(fresh_installation, victim, erase):
    words = AuthoredText(UUID(victim.person), "Said in the same moment")
    with reopen(fresh_installation) as another:
        keys = another.stores.register.keys
        with another.stores.register.known.pinned():  # a request that began before the erasure
            keys.encrypt(words, "here")
            erase()
            late = keys.encrypt(words, "here")
        assert keys.decrypt([late.token]) == {late.token: ERASED_TEXT}
        with pytest.raises(PersonErased):
            keys.encrypt(words, "here")
    with pytest.raises(PersonErased):
        fresh_installation.stores.register.keys.encrypt(words, "here")


def test_an_answer_that_a_client_has_is_not_confirmed(fresh_installation, fresh_admin, fresh_read_paths, erase):
    paths = [
        *fresh_read_paths,
        *(f"{path}?as_of=position:{fresh_installation.head}" for path in fresh_read_paths),
        "/v1/people",
    ]
    tags = {path: fresh_admin.get(path).headers["ETag"] for path in paths}
    erase()
    for path, tag in tags.items():
        assert fresh_admin.get(path, If_None_Match=tag).status_code == 200, path


def test_older_answers_are_given_again_with_the_mark(fresh_admin, fresh_world, victim, erase):
    sent = [
        (f"/v1/check-ins/{fresh_world['checked']}/retraction", {"reason": REASON}),
        ("/v1/people", {"name": "Cid", "email": f"{NAME}@example.com"}),
    ]
    first = [fresh_admin.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    assert all(any(trace in answer.text for trace in TRACES) for answer in first)
    erase()
    erase(first[1].json["id"])
    replayed = [fresh_admin.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    assert [answer.headers["Idempotency-Replayed"] for answer in replayed] == ["true", "true"]
    assert replayed[0].text == mask_varying_parts(first[0].text)
    assert (replayed[1].json["name"], replayed[1].json["email"]) == (ERASED_TEXT, None)
    assert victim.person in replayed[0].text


@pytest.mark.parametrize("finished", ["by the next start", "by the request sent again", "by another erasure"])
def test_a_death_between_the_record_and_the_destruction_is_mended(
    fresh_installation, fresh_admin, fresh_world, victim, erase, finished
):
    path, body = f"/v1/people/{victim.person}/erasure", orjson.dumps({"reason": REASON})
    key = fresh_installation.stores.register.idempotency_key(
        UUID(fresh_admin.person), "died", method="POST", path=path, body=body
    )
    fresh_installation.stores.okrs.erase_person(Intent(UUID(fresh_admin.person), REASON, key=key), UUID(victim.person))
    assert fresh_admin.get(f"/v1/people/{victim.person}").json["name"] == NAME
    match finished:
        case "by the next start":
            with reopen(fresh_installation):
                pass
        case "by the request sent again":
            replayed = fresh_admin.post(path, body, Idempotency_Key="died")
            assert (replayed.status_code, replayed.headers["Idempotency-Replayed"], replayed.json["name"]) == (
                200,
                "true",
                ERASED_TEXT,
            )
        case "by another erasure":
            assert erase(fresh_world.create("people", name="Cid")).status_code == 200
    gone = fresh_admin.get(f"/v1/people/{victim.person}").json
    assert (gone["name"], gone["overwritten"]) == (ERASED_TEXT, True)
    assert broken_rule(erase()) == (409, "person-erased")


@pytest.mark.usefixtures("fresh_world")
def test_two_admins_erase_a_person_once(fresh_installation, victim, erase):
    barrier, answers = Barrier(4), []

    def race(caller):
        barrier.wait()
        answers.append(erase(caller=caller))

    threads = [Thread(target=race, args=(fresh_installation.caller(Role.ADMIN),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {broken_rule(answer)[1] for answer in answers if answer.status_code == 409} == {"person-erased"}
    assert victim.person in {answer.json["id"] for answer in answers if answer.status_code == 200}


@pytest.mark.usefixtures("fresh_world")
def test_a_journal_that_has_the_name_makes_a_new_person(fresh_installation, fresh_admin, victim, erase, tmp_path):
    erase()
    journal = tmp_path / "journal.csv"
    journal.write_text(
        "recorded_at,cycle,action,objective,key_result,title,owner,value,projected\n"
        f"2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,{NAME},,\n"
    )
    reading = JournalImport(fresh_installation.stores.okrs, journal, actor=NAME)
    for number, cells in reading.file.rows:
        reading.add_row(number, cells)
    reading.record()
    [person] = [each for each in fresh_admin.get("/v1/people").json["items"] if each["name"] == NAME]
    assert person["id"] != victim.person
    assert fresh_admin.get(f"/v1/people/{victim.person}").json["name"] == ERASED_TEXT


def test_the_installations_own_administrator_can_be_erased_and_another_one_is_made(fresh_installation):
    minted = ensure_admin_token(fresh_installation.stores, fresh_installation.settings)
    client = fresh_installation.app.test_client()
    first = fresh_installation.stores.register.tokens.find_live_by_secret(minted).person_id
    other = Caller(client, fresh_installation.caller(Role.ADMIN).token, "")
    assert other.post(f"/v1/people/{first}/erasure", {"reason": REASON}).status_code == 200
    (fresh_installation.settings.data_dir / "admin-token").unlink()
    anew = ensure_admin_token(fresh_installation.stores, fresh_installation.settings)
    second = fresh_installation.stores.register.tokens.find_live_by_secret(anew).person_id
    assert second != first
    assert fresh_installation.stores.register.people.get(second).name == "Administrator"


@pytest.mark.usefixtures("fresh_world")
def test_a_new_person_does_not_take_the_place_of_an_erased_one_in_lists(fresh_admin, victim, erase):
    seen = fresh_admin.get("/v1/people?limit=1").json["next"]
    cid = fresh_admin.post("/v1/people", {"name": "Cid"}).json["id"]
    erase(cid)
    erase()
    fresh_admin.post("/v1/people", {"name": "Dee"})
    assert [person["name"] for person in fresh_admin.get(f"/v1/people?after={seen}").json["items"]] == ["Dee"]
    assert victim.person != cid


def test_numbers_positions_and_the_chain_are_as_they_were(fresh_installation, fresh_admin, fresh_world, erase):
    before, paths = (
        fresh_installation.stores.log.events_after(after=0),
        [f"/v1/key-results/{fresh_world['launch']}", "/v1/alignment-tree"],
    )
    numbers = [fresh_admin.get(f"{path}?as_of=position:{len(before)}").text for path in paths]
    erase()
    assert fresh_installation.stores.log.events_after(after=0)[:-1] == before
    assert [fresh_admin.get(f"{path}?as_of=position:{len(before)}").text for path in paths] == list(
        map(mask_varying_parts, numbers)
    )
    assert CENTURY["starts_on"] < date.today().isoformat() and LAUNCHES["target"] == 4  # noqa: DTZ011, PT018


def test_what_an_erasure_overtakes_is_refused_by_the_log_itself(
    fresh_installation, fresh_world, fresh_admin, victim, monkeypatch
):
    """A request may have checked owner and token before the erasure: its append checks them again."""
    launch, id = UUID(fresh_world["launch"]), UUID(victim.person)
    assert fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": REASON}).status_code == 200
    draft = UUID(fresh_world.objective(draft=True, owner=fresh_admin.person))
    okrs, head = fresh_installation.stores.okrs, fresh_installation.head
    monkeypatch.setattr(type(fresh_installation.stores.register.people), "exists", lambda *_: True)
    admin = Intent(UUID(fresh_admin.person), reason=REASON)
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
        lambda: okrs.erase_person(Intent(id, reason=REASON), admin.actor),
    ]
    for command in overtaken:
        with pytest.raises(PersonErased):
            command()
    assert fresh_installation.head == head
