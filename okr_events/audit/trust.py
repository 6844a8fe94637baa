"""The verdict on an export, and the reason for refusing one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an export is valid, and `why` in sentences.

    `position` is the first one that fails, null where no single one can be named; `size` the number of events that the
    export's own checkpoint signs; `kind` is `whole` or `selection`, null until the export says which it is.
    """

    valid: bool
    why: str
    position: int | None = None
    size: int = 0
    kind: str | None = None


class ExportRejected(Exception):
    """The export does not show what it says; the message says why, `position` where, if that can be said."""

    def __init__(self, why: str, position: int | None = None) -> None:
        super().__init__(why)
        self.position = position
