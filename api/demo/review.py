"""The conversations of the worked example: feedback, a celebration, and a quarterly review of the change of plan."""

import click

from api.demo.client import Client
from okr_events.json_types import JsonObject


def add_comments(api: Client, launched: JsonObject, key_result: JsonObject) -> None:
    """Celebrate a check-in, and give feedback on a key result."""
    click.secho("A celebration, and feedback", bold=True)
    api.post(f"/v1/check-ins/{launched['id']}/comments", kind="celebration", text="Our first product: well done!")
    feedback = api.post(
        f"/v1/key-results/{key_result['id']}/comments", kind="feedback", text="Say what a report is worth to us."
    )
    api.post(f"/v1/comments/{feedback['id']}/answers", text="Each names one product that we could build.")


def hold_review(api: Client, scope: JsonObject, people: list[JsonObject], changes: list[int]) -> JsonObject:
    """Record a review of a unit in a cycle, link the changes that it discussed, and complete a decision."""
    click.secho("The quarterly review", bold=True)
    ada, ben, mia = (person["id"] for person in people)
    review = api.post(
        "/v1/reviews",
        **scope,
        kind="quarterly",
        participants=[ada, ben, mia],
        what_worked=["Prototypes that customers could hold."],
        what_did_not=["A survey that somebody else could end."],
        lessons=["Measure with what is ours."],
        decisions=[
            {"text": "Let Mia talk to all five partners.", "owner": mia},
            {"text": "Find a measure of market share that lasts.", "owner": ben},
        ],
    )
    api.post(f"/v1/reviews/{review['id']}/adjustments", adjustments=changes)
    api.post(f"/v1/decisions/{review['decisions'][0]['id']}/completion")
    return api.get(f"/v1/reviews/{review['id']}")


def show_review(review: JsonObject) -> None:
    click.secho(f"\nThe {review['kind']} review of {review['held_on']}: changes and decisions", bold=True)
    for fact in review["adjustments"]:
        click.echo(f"  {fact['position']:>3}  {fact['sentence']} {fact['reason']}")
    for decision in review["decisions"]:
        click.echo(f"  {decision['state']:>4}  {decision['text']}")
