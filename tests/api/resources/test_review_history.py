"""The review history over HTTP: the reviews, scores, closings and seals of a cycle, in order."""

import pytest

from tests.api.command_catalog import CENTURY, REASON, UNKNOWN_ID

SCORED = {"score": "0.5", "reason": REASON}


@pytest.fixture
def year(world, admin):
    """A sealed cycle with reviews and scores of two teams, and a name for each fact's position."""
    company, team = world["company"], world.create_for_argument("unit_id")
    other = world.create("units", name=world["name"], level="team", parent_id=company)
    cycle = world.create("cycles", name=world["name"], **CENTURY)
    place = {"unit_id": team, "cycle_id": cycle}
    send(admin, f"cycles/{cycle}/activation")
    mine, theirs = (world.key_result(objective=world.objective(cycle_id=cycle, unit_id=unit)) for unit in (team, other))
    send(admin, f"key-results/{mine}/check-ins", value=1)
    at = {"moved": send(admin, f"key-results/{mine}/target", target=6, reason=REASON)["position"]}
    held = send(admin, "reviews", **place, kind="monthly", decisions=[{"text": "Ask"}], adjustments=[at["moved"]])
    at |= {"held": held["position"], "scored": send(admin, f"key-results/{mine}/score", **SCORED)["position"]}
    at["scored by others"] = send(admin, f"key-results/{theirs}/score", **SCORED)["position"]
    at["corrected"] = send(admin, f"key-results/{mine}/score", score="0.7", reason="A slip")["position"]
    at["linked"] = send(admin, f"reviews/{held['id']}/adjustments", adjustments=[at["corrected"]])["position"]
    at["closed"] = send(admin, f"cycles/{cycle}/closing", reason=REASON)["position"]
    at["sealed"] = at["closed"] + 1
    at["done"] = send(admin, f"decisions/{held['decisions'][0]['id']}/completion")["position"]
    return {"at": at, "cycle": cycle, "team": team, "other": other, "review": held["id"]}


def send(caller, path, **body):
    answer = caller.post(f"/v1/{path}", body)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json


@pytest.fixture
def fetch_history(reader):
    def facts(**query):
        answer = reader.get("/v1/review-history", query)
        assert answer.status_code == 200, answer.text
        return answer.json["items"]

    return facts


def positions(facts):
    return [fact["position"] for fact in facts]


def test_it_tells_reviews_what_they_name_scores_and_closings_in_order(year, fetch_history):
    facts = fetch_history(cycle=year["cycle"])
    assert positions(facts) == sorted(year["at"].values())
    assert [(fact["type"], fact["reason"], bool(fact["reviews"]), fact["after_seal"]) for fact in facts] == [
        ("KeyResult.TargetRevised", REASON, True, False),
        ("Review.Held", None, False, False),
        ("KeyResult.Scored", REASON, False, False),
        ("KeyResult.Scored", REASON, False, False),
        ("KeyResult.ScoreCorrected", "A slip", True, False),
        ("Review.AdjustmentsLinked", None, False, False),
        ("Cycle.Closed", REASON, False, False),
        ("Cycle.Sealed", None, False, False),
        ("Review.DecisionCompleted", None, False, True),
    ]
    assert facts[0]["reviews"] == facts[4]["reviews"] == [year["review"]]
    assert (facts[1]["fields"]["decisions"][0]["text"], facts[1]["actor_name"]) == ("Ask", "Admin")


def test_a_unit_has_its_own_and_the_closing_of_its_cycles(year, fetch_history, world):
    at = year["at"]
    team = sorted({*at.values()} - {at["scored by others"]})
    others = [at["scored by others"], at["closed"], at["sealed"]]
    for unit, found in ((year["team"], team), (year["other"], others)):
        assert positions(fetch_history(unit=unit)) == positions(fetch_history(unit=unit, cycle=year["cycle"])) == found
    assert set(at.values()) <= set(positions(fetch_history(unit=world["company"], after=at["moved"] - 1)))
    assert set(at.values()) <= set(positions(fetch_history(after=at["moved"] - 1)))


def test_a_unit_without_reviews_has_the_closing_of_the_requested_cycle(year, fetch_history, world):
    idle = world.create_for_argument("unit_id")
    assert fetch_history(unit=idle) == []
    assert positions(fetch_history(unit=idle, cycle=year["cycle"])) == [year["at"]["closed"], year["at"]["sealed"]]


def test_review_history_reads_as_of_any_moment(year, fetch_history, world, admin):
    at, cycle = year["at"], year["cycle"]
    for end in ("moved", "held", "corrected", "linked", "closed", "done"):
        known = [place for name, place in at.items() if place <= at[end] and (name != "moved" or at[end] >= at["held"])]
        assert positions(fetch_history(cycle=cycle, as_of=f"position:{at[end]}")) == sorted(known), end
    before = fetch_history(cycle=cycle, as_of=f"position:{at['corrected']}")
    assert [fact["reviews"] for fact in before if fact["position"] == at["corrected"]] == [[]]
    then = fetch_history(unit=year["other"], as_of=f"position:{at['done']}")
    later = world.create("cycles", name=world["name"], **CENTURY)
    send(admin, f"cycles/{later}/activation")
    world.objective(cycle_id=later, unit_id=year["other"])
    assert fetch_history(unit=year["other"], as_of=f"position:{at['done']}") == then


@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_it_comes_a_page_at_a_time(year, reader, fetch_history, limit):
    whole, seen = fetch_history(cycle=year["cycle"]), []
    page = reader.get("/v1/review-history", {"cycle": year["cycle"], "limit": limit})
    while page.json["next"]:
        assert len(page.json["items"]) == limit
        seen += page.json["items"]
        page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert seen + page.json["items"] == whole


def test_what_is_not_there_has_none(reader):
    for unknown in ("cycle=nowhere", f"unit={UNKNOWN_ID}"):
        assert reader.get(f"/v1/review-history?{unknown}").status_code == 404
