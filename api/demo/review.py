"""The worked example's talk: feedback, a celebrated win, and a quarterly review that looks back on the change of plan."""

from typing import Any

import click

JSONObject = dict[str, Any]


def add_comments(api: Any, launched: JSONObject, draft: JSONObject) -> None:
    """`launched` is a check-in to celebrate, `draft` a key result to say something about."""
    click.secho("A celebrated win, and feedback", bold=True)
    api.post(f"/v1/check-ins/{launched['id']}/comments", kind="celebration", text="Our first product: well done!")
    asked = api.post(f"/v1/key-results/{draft['id']}/comments", kind="feedback", text="Say what a report is worth to us.")
    api.post(f"/v1/comments/{asked['id']}/answers", text="Each names one product that we could build.")


def hold_review(api: Any, place: JSONObject, people: list[JSONObject], changes: list[int]) -> JSONObject:
    """Hold the review of a unit in a cycle, link the events that it looked at, and carry out a decision of it."""
    click.secho("The quarterly review", bold=True)
    ada, ben, mia = (person["id"] for person in people)
    held = api.post(
        "/v1/reviews",
        **place,
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
    api.post(f"/v1/reviews/{held['id']}/adjustments", adjustments=changes)
    api.post(f"/v1/decisions/{held['decisions'][0]['id']}/completion")
    return api.get(f"/v1/reviews/{held['id']}")  # type: ignore[no-any-return]


def show_review(review: JSONObject) -> None:
    click.secho(f"\nThe {review['kind']} review of {review['held_on']}: what it looked at, and what it decided", bold=True)
    for fact in review["adjustments"]:
        click.echo(f"  {fact['position']:>3}  {fact['sentence']} {fact['reason']}")
    for decision in review["decisions"]:
        click.echo(f"  {decision['state']:>4}  {decision['text']}")
