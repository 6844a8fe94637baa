"""A writer: sends numbered check-ins, each with its own idempotency key, and writes down the answers.

`python -m tests.torture.writer PLACE NAME COUNT PATH OWN SHARED ACTOR`. After a restart it continues with the first
number without an answer, whose request may or may not be recorded.
"""

import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.errors import Refused, StaleVersion, Unavailable
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest
from tests.torture.json_lines import append_line, read_lines
from tests.torture.open_stores import open_okrs

PATIENCE = 60
RETRY_DELAY = 0.1


class Writer:
    def __init__(self, okrs: OKRApplication, name: str, own: UUID, shared: UUID, actor: UUID) -> None:
        self.okrs = okrs
        self.name = name
        self.own = own
        self.shared = shared
        self.actor = actor

    def send(self, number: int) -> dict[str, Any]:
        """Send one check-in until it is answered or refused: four in five on the writer's own key result, the others on a
        shared one. Half of these expect a version, and every other expected version is certainly outdated.
        """
        chance, key = Random(f"{self.name}-{number}").random(), f"{self.name}-{number}"  # noqa: S311 - no secret
        key_result = self.own if chance < 0.8 else self.shared
        answer = self._send_until_answered(key, key_result, number, on_terms=chance > 1 - RETRY_DELAY)
        if "position" in answer and chance < RETRY_DELAY:
            again = self._send_until_answered(key, key_result, number, on_terms=False)
            answer["same_again"] = {**again, "replayed": None} == {**answer, "replayed": None} and again["replayed"]
        return answer

    def _send_until_answered(self, key: str, key_result: UUID, number: int, *, on_terms: bool) -> dict[str, Any]:
        deadline = monotonic() + PATIENCE
        while True:
            try:
                return {"key": key, **self._send_once(key, key_result, number, on_terms=on_terms)}
            except Unavailable:
                if monotonic() > deadline:
                    raise

    def _send_once(self, key: str, key_result: UUID, number: int, *, on_terms: bool) -> dict[str, Any]:
        try:
            answer = self._check_in(key, key_result, number, on_terms=on_terms)
        except DuplicateRequest as before:
            answer = before.result
        except (StaleVersion, Refused) as refused:
            return {"refused": refused.code}
        return {"position": answer.position, "id": str(answer.id), "on": str(key_result), "replayed": answer.replayed}

    def _check_in(self, key: str, key_result: UUID, number: int, *, on_terms: bool) -> CommandResult:
        seen = self.okrs.load(KeyResult, key_result).version - number % 2 if on_terms else None
        hashed = self.okrs.register.idempotency_key(self.actor, key, method="POST", path=str(key_result), body=key.encode())
        intent = Intent(self.actor, expected=seen, key=hashed, correlation_id=uuid5(NAMESPACE_OID, key))
        return self.okrs.check_in(intent, key_result, value=Decimal(number), note=key)


def main(place: str, name: str, count: str, path: str, *ids: str) -> None:
    writer = Writer(open_okrs(place), name, *(UUID(id) for id in ids))
    for number in range(len(read_lines(Path(path))), int(count)):
        append_line(Path(path), **writer.send(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
