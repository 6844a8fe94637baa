"""Titles alike, found without comparing each with each: only those that share words which few titles have."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

MOST = 50
"""Words, or all words of a title but one, that more titles share than this bring nothing together."""
RAREST = 3
LONGEST = 12
WORD = re.compile(r"\w+")
Words = tuple[str, ...]
Key = frozenset[str]


def words(title: str) -> Words:
    """The title's words in alphabetical order, letter case and signs aside; a title of signs alone is one word."""
    folded = title.casefold()
    return tuple(sorted(WORD.findall(folded))) or (folded,)


class Alike:
    """Distinct titles, each as its words, ready to be compared."""

    def __init__(self, titles: Iterable[Words]) -> None:
        self.texts = {title: " ".join(title) for title in titles}
        self.ages = {title: age for age, title in enumerate(self.texts)}
        counts = Counter(word for title in self.texts for word in set(title))
        self.keys = {title: set(_keys(title, counts)) for title in self.texts}
        self.blocks: dict[Key, list[Words]] = defaultdict(list)
        for title, keys in self.keys.items():
            for key in keys:
                self.blocks[key].append(title)

    def to(self, title: Words, least: int) -> list[tuple[Words, float]]:
        """The other titles at least this much alike, the closest first, then the oldest.

        From 0 to 100: rapidfuzz's `ratio` of the words in alphabetical order.
        """
        near = dict.fromkeys(other for key in self.keys[title] for other in self._block(key))
        near.pop(title, None)
        choices = {other: self.texts[other] for other in near}
        found = process.extract(self.texts[title], choices, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        return sorted(((other, score) for _, score, other in found), key=lambda each: (-each[1], self.ages[each[0]]))

    def _block(self, key: Key) -> list[Words]:
        block = self.blocks[key]
        return block if len(block) <= MOST else []


def _keys(title: Words, counts: Counter[str]) -> Iterator[Key]:
    """The title's rarest shared words, and all its words but one, for each one; and all of them."""
    distinct = set(title)
    shared = sorted((word for word in distinct if counts[word] > 1), key=lambda word: (counts[word], word))
    yield from (frozenset((word,)) for word in shared[:RAREST])
    if len(distinct) <= LONGEST:
        yield frozenset(distinct)
        yield from (frozenset(distinct - {word}) for word in distinct if len(distinct) > 1)
