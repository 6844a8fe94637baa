"""Lettering: how wide text will be, and how it is broken into lines.

Nobody knows the reader's sans-serif. The advances are those of the widest in common use (DejaVu Sans, Verdana), in hundredths
of the type size, so text stays inside its room in any of them.
"""

import unicodedata
from functools import lru_cache

ADVANCES = (
    (30, "'ijlI"),
    (34, " ,./:;\\|\u00a0"),
    (40, "f()[]-t\u2013"),
    (47, 'r!"'),
    (53, "*Jsz`\u2018\u2019\u201c\u201d"),
    (58, "?_Lkc"),
    (60, "vxy\u2022"),
    (64, "FTaeohnubdgpq$0123456789{}"),
    (69, "EKPSYAVXZB"),
    (76, "CRUNH"),
    (79, "DGOQ&"),
    (86, "w#+<=>^~M\u00d7\u2265\u2264\u2260"),
    (103, "mW@%\u2014\u2026"),
)
KNOWN = {letter: width for width, letters in ADVANCES for letter in letters}
BY_CATEGORY = {"Ll": 76, "Lu": 90, "Lo": 88, "Lm": 60, "Nd": 66}
BOLDER, WIDE, PICTURE, OTHER, FLOWING = 11, 104, 138, 104, 78
FIRST_PICTURE = "\U0001f000"
ELLIPSIS = "\u2026"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the text's width at a type size."""
    return sum(_advance(character, bold=bold) for character in text) * size / 100


@lru_cache(8192)
def _advance(character: str, *, bold: bool) -> int:
    own = KNOWN.get(character) or _unlisted(character)
    return own + BOLDER if bold and own else own


def _unlisted(character: str) -> int:
    category = unicodedata.category(character)
    if category.startswith("M") or category == "Cf":
        return 0
    if character >= FIRST_PICTURE and category == "So":
        return PICTURE
    if _wide(character):
        return WIDE
    if unicodedata.bidirectional(character) in {"R", "AL"} and category == "Lo":
        return FLOWING
    letter = unicodedata.normalize("NFD", character)[0]
    return KNOWN.get(letter) or BY_CATEGORY.get(category, OTHER)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def wrapped(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text in at most `most` lines that fit the room; what does not fit ends in an ellipsis."""
    lines = [""]
    for piece in _pieces(text, room, size, bold=bold):
        if width((lines[-1] + piece).rstrip(), size, bold=bold) <= room:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    lines = [line.strip() for line in lines]
    return lines if len(lines) <= most else [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), room, size, bold=bold)]


def cut(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text on one line: whole, or as much of it as fits before an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    fits = _fitting(text, room - width(ELLIPSIS, size, bold=bold), size, bold=bold)
    return text[:fits].rstrip() + ELLIPSIS


def _fitting(text: str, room: float, size: float, *, bold: bool) -> int:
    """How many characters fit, without taking a mark from its letter."""
    used, whole = 0.0, 0
    for index, character in enumerate(text):
        if not _hangs_on(text, index):
            whole = index
        used += _advance(character, bold=bold) * size / 100
        if used > room:
            return whole
    return len(text)


def _hangs_on(text: str, index: int) -> bool:
    return index > 0 and (_joins(text[index]) or text[index - 1] == "\u200d")


def _joins(character: str) -> bool:
    return not character.isascii() and (unicodedata.category(character).startswith("M") or character in "\u200c\u200d")


def _pieces(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Words with the space before them; one too long for a line in parts, and scripts without spaces letter by letter."""
    pieces = list[str]()
    for word in text.split(" "):
        parts = _parts(word, room, size, bold=bold)
        pieces += [parts[0] if not pieces else f" {parts[0]}", *parts[1:]]
    return pieces


def _parts(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    if not word.isascii() and any(_wide(character) for character in word):
        return _letters(word)
    parts = list[str]()
    while word:
        fits = max(1, _fitting(word, room, size, bold=bold))
        parts.append(word[:fits])
        word = word[fits:]
    return parts or [""]


def _letters(word: str) -> list[str]:
    letters = list[str]()
    for index, character in enumerate(word):
        if _hangs_on(word, index):
            letters[-1] += character
        else:
            letters.append(character)
    return letters
