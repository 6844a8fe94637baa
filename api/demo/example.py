"""The worked example: a company, a team and two people with aligned goals, weekly check-ins, a change of plan and a review.

It reads from top to bottom as an introduction to the API for client developers.
"""

from datetime import date, timedelta
from decimal import Decimal

import click

from api.demo.client import Client
from api.demo.review import add_comments, hold_review, show_review
from okr_events.json_types import Json, JsonObject
from projections.text.rounding import Rounding


def run_example(api: Client) -> None:
    """Enter the example, then print it as of before the change of plan, and as of now."""
    people = [api.post("/v1/people", name=name) for name in ("Ada Park", "Ben Ito", "Mia Roth")]
    units, cycle = create_organisation(api, people)
    results = create_goals(api, people, units, cycle)
    create_dependencies(api, results, people)
    add_comments(api, create_check_ins(api, results), results["Ben Ito's reports on emerging trends"])
    before = api.get("/v1/alignment-tree?cycle=fiscal%20year")["position"]
    changes = change_plan(api, results, people)
    review = hold_review(api, {"unit_id": units[0]["id"], "cycle_id": cycle["id"]}, people, changes)
    show_tree(f"The tree before the change, as of position {before}", api, f"&as_of=position:{before}")
    show_tree("The tree now", api, "")
    show_findings(api)
    show_history(api, results["Partnerships with large players"])
    show_review(review)


def create_organisation(api: Client, people: list[JsonObject]) -> tuple[list[JsonObject], JsonObject]:
    click.secho("The company, its team and two people", bold=True)
    company = api.post("/v1/units", name="Tech Innovations", level="company", vision="Lead in advanced technology")
    team = api.post("/v1/units", name="Product development", level="team", parent_id=company["id"])
    own = [api.post("/v1/units", name=p["name"], level="individual", parent_id=team["id"]) for p in people[1:]]
    cycle = api.post("/v1/cycles", name="Fiscal year", starts_on=day(weeks=-6), ends_on=day(weeks=46))
    api.post(f"/v1/cycles/{cycle['id']}/activation")
    return [company, team, *own], cycle


def create_goals(api: Client, people: list[JsonObject], units: list[JsonObject], cycle: JsonObject) -> dict[str, JsonObject]:
    """Create objectives and key results, aligned from the top down; return the key results by title."""
    click.secho("Objectives and key results, aligned from the top down", bold=True)
    ada, ben, mia = people
    half = day(weeks=20)
    lead = create_objective(api, cycle, units[0], ada, "Lead the market in advanced technology", important=True)
    build = create_objective(api, cycle, units[1], ada, "Build products for needs that are only emerging", important=True)
    create_alignment(api, build, lead, "vertical")
    create_alignment(api, lead, create_priority(api, ada), "strategic")
    results = [
        create_key_result(api, lead, ada, "Products launched", increase_metric(0, 3, "products")),
        create_key_result(api, lead, ada, "Market share", relative_metric(20, "%"), due_on=half),
        create_key_result(api, lead, ada, "Partnerships with large players", increase_metric(0, 2, "partners")),
        create_key_result(api, build, ada, "The team's products launched", increase_metric(0, 2, "products"), due_on=half),
        create_key_result(api, build, ada, "Customer satisfaction", {"kind": "at_least", "target": 90, "measure": "%"}),
        create_key_result(api, build, ada, "Revenue from new products", relative_metric(15, "EUR")),
    ]
    launches = results[3]
    for person, unit, product in ((ben, units[2], "assistant"), (mia, units[3], "sensor")):
        title, name = f"Take the {product} from concept to launch", person["name"]
        objective = create_objective(api, cycle, unit, person, title, urgent=True, important=True)
        create_alignment(api, objective, launches, "explicit")
        steps = milestone_metric("Concept", "Prototype", "Trial", "Launch")
        results += [
            create_key_result(api, objective, person, f"{name}'s product", steps),
            create_key_result(api, objective, person, f"{name}'s reports on emerging trends", increase_metric(0, 4, "reports")),
            create_key_result(api, objective, person, f"{name}'s coding efficiency", relative_metric(20, "points")),
        ]
    return {result["title"]: result for result in results}


def create_priority(api: Client, owner: JsonObject) -> JsonObject:
    """Create a strategic priority over five years."""
    horizon = {"starts_on": day(weeks=-6), "ends_on": day(weeks=5 * 52)}
    title = "Be first where technology goes next"
    return api.post("/v1/priorities", title=title, perspective="customer", horizon=horizon, owner=owner["id"])


def create_dependencies(api: Client, results: dict[str, JsonObject], people: list[JsonObject]) -> None:
    """Create dependencies, a guide, a contributor and an initiative; none of them counts in progress."""
    click.secho("Dependencies between teams", bold=True)
    ben, mia = ({"id": results[title]["objective_id"]} for title in ("Ben Ito's product", "Mia Roth's product"))
    confirmed = create_alignment(api, ben, mia, "horizontal", capacity=10)
    api.post(f"/v1/alignments/{confirmed['id']}/confirmation", capacity=6, agreement="Six days, once the trial has begun.")
    create_alignment(api, mia, {"id": results["Customer satisfaction"]["objective_id"]}, "horizontal", capacity=5)
    declined = create_alignment(api, mia, ben, "horizontal", capacity=15)
    api.post(f"/v1/alignments/{declined['id']}/declination", reason="The assistant comes first.")
    create_alignment(api, ben, results["Customer satisfaction"], "directional")
    partners = f"/v1/key-results/{results['Partnerships with large players']['id']}"
    api.post(f"{partners}/contributors", person_id=people[1]["id"], contribution="Shows the prototype", role="support")
    api.post(f"{partners}/initiatives", title="Meet the large players at the fair", owner=people[2]["id"], due_on=day(weeks=2))


def create_check_ins(api: Client, results: dict[str, JsonObject]) -> JsonObject:
    """Record check-ins and a correction; return the check-in on the first product launch."""
    click.secho("Weekly check-ins", bold=True)
    for week in range(5):
        check_in(api, results["Market share"], value=10 + week / 4, measured_on=day(weeks=week - 5))
        check_in(api, results["Revenue from new products"], value=1000 + 30 * week, measured_on=day(weeks=week - 5))
    for name in ("Ben Ito", "Mia Roth"):
        check_in(api, results[f"{name}'s product"], milestones=["Concept", "Prototype"], wins=["The prototype works."])
        check_in(api, results[f"{name}'s coding efficiency"], value=50, measured_on=day(weeks=-5))
        check_in(api, results[f"{name}'s coding efficiency"], value=54, confidence="0.6")
    check_in(api, results["Customer satisfaction"], value=93, confidence="0.9")
    launched = check_in(api, results["Products launched"], value=1, status="on_track", wins=["The first product is out."])
    joint = "Ben's and Mia's work is its value."
    check_in(api, results["The team's products launched"], status="on_track", confidence="0.7", note=joint)
    partners = results["Partnerships with large players"]
    mistaken = check_in(api, partners, value=2, confidence="0.4", note="Signed with the first partner.")
    api.post(f"/v1/check-ins/{mistaken['id']}/correction", value=1, reason="One is signed, the other only promised.")
    return launched


def change_plan(api: Client, results: dict[str, JsonObject], people: list[JsonObject]) -> list[int]:
    """Change a target, an owner and a key result; return the positions of the changes."""
    click.secho("A change of plan in mid-quarter, with reasons", bold=True)
    partners, share = results["Partnerships with large players"]["id"], results["Market share"]["id"]
    changes = (
        (f"{partners}/target", {"target": 4, "reason": "The fair brought three more who want to talk."}),
        (f"{partners}/reassignment", {"owner": people[2]["id"], "reason": "Mia knows them."}),
        (f"{share}/cancellation", {"reason": "The survey that measured it was discontinued."}),
    )
    return [api.post(f"/v1/key-results/{path}", **body)["position"] for path, body in changes]


def day(*, weeks: int) -> str:
    return str(date.today() + timedelta(weeks=weeks))  # noqa: DTZ011 - the example happens around its reader's today


def create_objective(
    api: Client, cycle: JsonObject, unit: JsonObject, owner: JsonObject, title: str, **fields: Json
) -> JsonObject:
    """Create an objective whose progress derives from its key results and aligned objectives."""
    parents = {"cycle_id": cycle["id"], "unit_id": unit["id"], "progress_driver": "both"}
    return api.post("/v1/objectives", **parents, owner=owner["id"], title=title, **fields)


def create_key_result(
    api: Client, objective: JsonObject, owner: JsonObject, title: str, metric: JsonObject, **fields: Json
) -> JsonObject:
    path = f"/v1/objectives/{objective['id']}/key-results"
    return api.post(path, title=title, owner=owner["id"], metric=metric, **fields)


def create_alignment(api: Client, child: JsonObject, parent: JsonObject, kind: str, **fields: Json) -> JsonObject:
    return api.post("/v1/alignments", kind=kind, child_id=child["id"], parent_id=parent["id"], **fields)


def increase_metric(baseline: int, target: int, measure: str) -> JsonObject:
    return {"kind": "increase", "baseline": baseline, "target": target, "measure": measure}


def relative_metric(percent: int, measure: str) -> JsonObject:
    """Return a metric with a relative target; the first check-in sets its baseline."""
    return {"kind": "increase", "relative": f"{percent / 100}", "measure": measure}


def milestone_metric(*names: str) -> JsonObject:
    return {"kind": "milestones", "steps": [{"name": name} for name in names]}


def check_in(api: Client, key_result: JsonObject, **fields: Json) -> JsonObject:
    return api.post(f"/v1/key-results/{key_result['id']}/check-ins", **fields)


def show_tree(title: str, api: Client, moment: str) -> None:
    click.secho(f"\n{title}", bold=True)
    for root in api.get(f"/v1/alignment-tree?cycle=fiscal%20year{moment}")["roots"]:
        show_node(root, "  ")


def show_node(node: JsonObject, indent: str) -> None:
    click.echo(f"{indent}{format_percent(node)}  {node['title']} ({node['health']['effective']})")
    for result in node["key_results"]:
        target = result["metric"].get("target")
        click.echo(f"{indent}    {format_percent(result)}  {result['title']}{f', target {target}' if target else ''}")
        for child in result["children"]:
            show_node(child, indent + "      ")
    for child in node["children"]:
        show_node(child, indent + "  ")


def show_findings(api: Client) -> None:
    click.secho("\nFindings", bold=True)
    for finding in api.get("/v1/findings?cycle=fiscal%20year")["items"]:
        click.echo(f"  {finding['severity']:<6}  {finding['code']:<22}  {finding['sentence']}")


def show_history(api: Client, key_result: JsonObject) -> None:
    click.secho(f"\nHistory of {key_result['title']}: who, when, what, why", bold=True)
    for fact in api.get(f"/v1/key-results/{key_result['id']}/history")["items"]:
        reason = f" - {fact['reason']}" if fact["reason"] else ""
        click.echo(f"  {fact['position']:>3}  {fact['recorded_at']}  {fact['actor_name']}  {fact['type']}{reason}")


def format_percent(goal: JsonObject) -> str:
    return f"{Rounding().percent(Decimal(goal['progress']['value'])):>4}" if goal["progress"] else "   -"
