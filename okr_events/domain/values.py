"""Values of the domain: levels, statuses and other enumerations, ids, and free text."""

from dataclasses import dataclass
from enum import StrEnum
from secrets import randbits
from time import time_ns
from typing import Self
from uuid import UUID

from okr_events.domain.errors import EmptyInput, TooLong
from okr_events.domain.names import is_blank

MAX_TITLE_LENGTH = 500
MAX_TEXT_LENGTH = 10_000


class Level(StrEnum):
    """A unit's level, from the top down."""

    COMPANY = "company"
    DEPARTMENT = "department"
    TEAM = "team"
    INDIVIDUAL = "individual"

    @property
    def depth(self) -> int:
        return list(Level).index(self)

    def is_above(self, other: "Level") -> bool:
        return self.depth < other.depth


class Commitment(StrEnum):
    COMMITTED = "committed"
    ASPIRATIONAL = "aspirational"
    LEARNING = "learning"


class ProgressDriver(StrEnum):
    KEY_RESULTS = "key_results"
    ALIGNMENTS = "alignments"
    BOTH = "both"


class Status(StrEnum):
    """The status that an owner reports."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"


class Decision(StrEnum):
    """What happens to a key result at the end of its cycle."""

    KEEP = "keep"
    MODIFY = "modify"
    ABANDON = "abandon"
    CARRY_OVER = "carry_over"


class Perspective(StrEnum):
    """The four perspectives of the Balanced Scorecard."""

    FINANCIAL = "financial"
    CUSTOMER = "customer"
    INTERNAL_PROCESS = "internal_process"
    LEARNING_GROWTH = "learning_growth"


class ContributorRole(StrEnum):
    LEAD = "lead"
    SUPPORT = "support"


class BlockerKind(StrEnum):
    CAPACITY = "capacity"
    DECISION = "decision"
    DEPENDENCY = "dependency"
    EXTERNAL = "external"
    TECHNICAL = "technical"
    OTHER = "other"


def focus(*, urgent: bool, important: bool) -> str:
    """The quadrant of the Eisenhower matrix: `must_do`, `should_do` or `could_do`."""
    if not important:
        return "could_do"
    return "must_do" if urgent else "should_do"


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then random ones. Indexes grow at their end."""
    milliseconds = time_ns() // 1_000_000
    number = milliseconds << 80 | 0x7 << 76 | randbits(12) << 64 | 0b10 << 62 | randbits(62)
    return UUID(int=number)


@dataclass(frozen=True, slots=True)
class AuthoredText:
    """Text that a person wrote, not yet encrypted; it never leaves the process in this form."""

    author: UUID
    text: str

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT_LENGTH:
            raise TooLong("/", f"A text must have at most {MAX_TEXT_LENGTH} characters.")

    @classmethod
    def from_text(cls, author: UUID, text: str | None) -> Self | None:
        return None if text is None else cls(author, text)

    def check_not_blank(self, pointer: str) -> None:
        if is_blank(self.text):
            raise EmptyInput(pointer, "The text must not be blank.")


@dataclass(frozen=True, slots=True)
class EncryptedText:
    """Text as the log stores it: encrypted with AES-GCM under the author's key, bound to one field of one event.

    `binding` is `<stream id>/<version>/<field>`. It follows from the position of the text and is never stored with it.
    """

    author: UUID
    ciphertext: str
    binding: str = ""

    @property
    def token(self) -> str:
        return f"{self.author.hex}:{self.binding}:{self.ciphertext}"

    @classmethod
    def parse(cls, token: str) -> Self:
        author, binding, ciphertext = token.split(":")
        return cls(UUID(author), ciphertext, binding)
