"""Titles alike, found without comparing each with each: only those that share words which few titles have."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

MOST = 50
"""Words, or all words of a title but one, that more titles share than this bring nothing together."""
RAREST = 3
LONGEST = 12
WORD = re.compile(r"\w+")
Key = frozenset[str]


def folded(title: str) -> str:
    """The title's words in alphabetical order, letter case and signs aside; a title of signs alone stays as it is."""
    plain = title.casefold()
    return " ".join(sorted(WORD.findall(plain))) or plain


class Alike:
    """Distinct folded titles, ready to be compared."""

    def __init__(self, titles: Iterable[str]) -> None:
        words = {title: frozenset(title.split()) for title in titles}
        counts = Counter(word for distinct in words.values() for word in distinct)
        self.ages = {title: age for age, title in enumerate(words)}
        self.keys = {title: _keys(distinct, counts) for title, distinct in words.items()}
        self.blocks: dict[Key, list[str]] = defaultdict(list)
        for title, keys in self.keys.items():
            for key in keys:
                self.blocks[key].append(title)

    def to(self, title: str, least: int) -> list[tuple[str, float]]:
        """The other titles at least this much alike, the closest first, then the oldest.

        From 0 to 100: rapidfuzz's `ratio` of the folded titles.
        """
        near = self._near(title)
        found = process.extract(title, near, scorer=fuzz.ratio, score_cutoff=least, limit=None) if near else []
        return sorted(((other, score) for other, score, _ in found), key=lambda each: (-each[1], self.ages[each[0]]))

    def _near(self, title: str) -> list[str]:
        blocks = map(self.blocks.__getitem__, self.keys[title])
        return list({other for block in blocks if 1 < len(block) <= MOST for other in block} - {title})


def _keys(words: Key, counts: Counter[str]) -> set[Key]:
    """The title's rarest shared words, and all its words but one, for each one; and all of them."""
    rarest = sorted((counts[word], word) for word in words if counts[word] > 1)[:RAREST]
    keys = {frozenset((word,)) for _, word in rarest}
    if len(words) <= LONGEST:
        keys |= {words, *(words - {word} for word in words if len(words) > 1)}
    return keys
