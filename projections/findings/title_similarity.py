"""An index that finds similar titles by comparing only titles that share rare words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from okr_events.domain.names import name_key

MAX_BLOCK_SIZE = 50
"""Larger blocks are ignored: a key that more titles share does not make two titles candidates."""
RARE_WORD_COUNT = 3
MAX_WORDS = 12
WORD = re.compile(r"\w+")
BlockKey = frozenset[str]


def normalize_title(title: str) -> str:
    """The title's words in alphabetical order, without case and punctuation; a title without words only loses its case."""
    folded = name_key(title)
    return " ".join(sorted(WORD.findall(folded))) or folded


class TitleIndex:
    """Distinct normalized titles, in blocks of possible matches."""

    def __init__(self, titles: Iterable[str]) -> None:
        words = {title: frozenset(title.split()) for title in titles}
        counts = Counter(word for distinct in words.values() for word in distinct)
        self.ages = {title: age for age, title in enumerate(words)}
        self.keys = {title: _block_keys(distinct, counts) for title, distinct in words.items()}
        self.blocks: dict[BlockKey, list[str]] = defaultdict(list)
        for title, keys in self.keys.items():
            for key in keys:
                self.blocks[key].append(title)

    def find_similar(self, title: str, min_similarity: int) -> list[tuple[str, float]]:
        """The other titles with at least this similarity, the closest first, then the oldest.

        Similarity is rapidfuzz's `ratio` of the normalized titles, from 0 to 100.
        """
        candidates = self._candidates(title)
        if not candidates:
            return []
        matches = process.extract(title, candidates, scorer=fuzz.ratio, score_cutoff=min_similarity, limit=None)
        return sorted(((other, score) for other, score, _ in matches), key=lambda match: (-match[1], self.ages[match[0]]))

    def _candidates(self, title: str) -> list[str]:
        blocks = map(self.blocks.__getitem__, self.keys[title])
        return list({other for block in blocks if 1 < len(block) <= MAX_BLOCK_SIZE for other in block} - {title})


def _block_keys(words: BlockKey, counts: Counter[str]) -> set[BlockKey]:
    """The title's rarest shared words; for short titles also all words, and all words but one."""
    rarest = sorted((counts[word], word) for word in words if counts[word] > 1)[:RARE_WORD_COUNT]
    keys = {frozenset((word,)) for _, word in rarest}
    if len(words) <= MAX_WORDS:
        keys |= {words, *(words - {word} for word in words if len(words) > 1)}
    return keys
