"""Titles alike, found without comparing each with each: only those that share words which few titles have."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

MAX_BLOCK_SIZE = 50
"""Words, or all words of a title but one, that more titles share than this bring nothing together."""
RARE_WORD_COUNT = 3
MAX_WORDS = 12
WORD = re.compile(r"\w+")
BlockKey = frozenset[str]


def normalize_title(title: str) -> str:
    """The title's words in alphabetical order, letter case and signs aside; a title of signs alone stays as it is."""
    plain = title.casefold()
    return " ".join(sorted(WORD.findall(plain))) or plain


class TitleIndex:
    """Distinct folded titles, ready to be compared."""

    def __init__(self, titles: Iterable[str]) -> None:
        words = {title: frozenset(title.split()) for title in titles}
        counts = Counter(word for distinct in words.values() for word in distinct)
        self.ages = {title: age for age, title in enumerate(words)}
        self.keys = {title: _block_keys(distinct, counts) for title, distinct in words.items()}
        self.blocks: dict[BlockKey, list[str]] = defaultdict(list)
        for title, keys in self.keys.items():
            for key in keys:
                self.blocks[key].append(title)

    def find_similar(self, title: str, least: int) -> list[tuple[str, float]]:
        """The other titles at least this much alike, the closest first, then the oldest.

        From 0 to 100: rapidfuzz's `ratio` of the folded titles.
        """
        near = self._candidates(title)
        found = process.extract(title, near, scorer=fuzz.ratio, score_cutoff=least, limit=None) if near else []
        return sorted(((other, score) for other, score, _ in found), key=lambda each: (-each[1], self.ages[each[0]]))

    def _candidates(self, title: str) -> list[str]:
        blocks = map(self.blocks.__getitem__, self.keys[title])
        return list({other for block in blocks if 1 < len(block) <= MAX_BLOCK_SIZE for other in block} - {title})


def _block_keys(words: BlockKey, counts: Counter[str]) -> set[BlockKey]:
    """The title's rarest shared words, and all its words but one, for each one; and all of them."""
    rarest = sorted((counts[word], word) for word in words if counts[word] > 1)[:RARE_WORD_COUNT]
    keys = {frozenset((word,)) for _, word in rarest}
    if len(words) <= MAX_WORDS:
        keys |= {words, *(words - {word} for word in words if len(words) > 1)}
    return keys
