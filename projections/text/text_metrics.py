"""Estimates the width of text, and breaks it into lines.

The reader's sans-serif font is unknown. The advances are those of the widest common ones (DejaVu Sans, Verdana), in hundredths
of the font size, so that text fits in any of them.
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
ADVANCE_BY_CHARACTER = {letter: width for width, letters in ADVANCES for letter in letters}
ADVANCE_BY_CATEGORY = {"Ll": 76, "Lu": 90, "Lo": 88, "Lm": 60, "Nd": 66}
BOLD_EXTRA, WIDE_ADVANCE, EMOJI_ADVANCE, DEFAULT_ADVANCE, RTL_ADVANCE = 11, 104, 138, 104, 78
FIRST_EMOJI = "\U0001f000"
ELLIPSIS = "\u2026"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the width of text at a font size, in the same unit."""
    return sum(_advance(character, bold=bold) for character in text) * size / 100


@lru_cache(8192)
def _advance(character: str, *, bold: bool) -> int:
    own = ADVANCE_BY_CHARACTER.get(character) or _estimate_advance(character)
    return own + BOLD_EXTRA if bold and own else own


def _estimate_advance(character: str) -> int:
    category = unicodedata.category(character)
    if category.startswith("M") or category == "Cf":
        return 0
    if character >= FIRST_EMOJI and category == "So":
        return EMOJI_ADVANCE
    if _is_wide(character):
        return WIDE_ADVANCE
    if unicodedata.bidirectional(character) in {"R", "AL"} and category == "Lo":
        return RTL_ADVANCE
    letter = unicodedata.normalize("NFD", character)[0]
    return ADVANCE_BY_CHARACTER.get(letter) or ADVANCE_BY_CATEGORY.get(category, DEFAULT_ADVANCE)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def wrap_text(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text in at most `most` lines of the width `room`; a text that does not fit ends in an ellipsis."""
    lines = [""]
    for piece in _split_words(text, room, size, bold=bold):
        if text_width((lines[-1] + piece).rstrip(), size, bold=bold) <= room:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    lines = [line.strip() for line in lines]
    return lines if len(lines) <= most else [*lines[: most - 1], truncate(" ".join(lines[most - 1 :]), room, size, bold=bold)]


def truncate(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The whole text, or as much of it as fits before an ellipsis."""
    if text_width(text, size, bold=bold) <= room:
        return text
    fits = _count_fitting(text, room - text_width(ELLIPSIS, size, bold=bold), size, bold=bold)
    return text[:fits].rstrip() + ELLIPSIS


def _count_fitting(text: str, room: float, size: float, *, bold: bool) -> int:
    """The number of leading characters that fit, without splitting a grapheme."""
    used, grapheme_start = 0.0, 0
    for index, character in enumerate(text):
        if not _continues_grapheme(text, index):
            grapheme_start = index
        used += _advance(character, bold=bold) * size / 100
        if used > room:
            return grapheme_start
    return len(text)


def _continues_grapheme(text: str, index: int) -> bool:
    return index > 0 and (_is_combining(text[index]) or text[index - 1] == "\u200d")


def _is_combining(character: str) -> bool:
    return not character.isascii() and (unicodedata.category(character).startswith("M") or character in "\u200c\u200d")


def _split_words(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    """The words with the space before them; long words in parts, and scripts without spaces by grapheme."""
    pieces = list[str]()
    for word in text.split(" "):
        parts = _split_word(word, room, size, bold=bold)
        pieces += [parts[0] if not pieces else f" {parts[0]}", *parts[1:]]
    return pieces


def _split_word(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    if not word.isascii() and any(_is_wide(character) for character in word):
        return _split_graphemes(word)
    parts = list[str]()
    while word:
        fits = max(1, _count_fitting(word, room, size, bold=bold))
        parts.append(word[:fits])
        word = word[fits:]
    return parts or [""]


def _split_graphemes(word: str) -> list[str]:
    graphemes = list[str]()
    for index, character in enumerate(word):
        if _continues_grapheme(word, index):
            graphemes[-1] += character
        else:
            graphemes.append(character)
    return graphemes
