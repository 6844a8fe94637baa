"""Which titles are compared, and how similarity is measured."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from projections.findings.title_similarity import MAX_BLOCK_SIZE, TitleIndex, normalize_title

TITLES = st.lists(
    st.lists(st.sampled_from(["grow", "our", "market", "markets", "share", "by", "far"]), min_size=1).map(" ".join)
)


def test_case_punctuation_and_order_do_not_matter():
    assert normalize_title("Grow: our SHARE (grow!)") == "grow grow our share"
    assert normalize_title("Straße") == normalize_title("STRASSE")
    assert normalize_title("!?") == "!?"


@given(TITLES, st.integers(0, 100))
def test_similarity_is_that_of_rapidfuzz_and_excludes_the_title_itself(titles, least):
    known = list(map(normalize_title, titles))
    alike = TitleIndex(known)
    for title in known:
        for other, score in alike.find_similar(title, least):
            assert other != title
            assert score == fuzz.ratio(title, other) >= least


@given(TITLES)
def test_being_alike_is_mutual(titles):
    known = list(map(normalize_title, titles))
    alike = TitleIndex(known)
    pairs = {(title, other) for title in known for other, _ in alike.find_similar(title, 50)}
    assert pairs == {(other, title) for title, other in pairs}


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=2, max_size=8, unique=True), st.integers(0), st.data())
def test_titles_that_differ_in_one_word_are_always_compared(said, place, data):
    changed = list(said)
    changed[place % len(said)] = data.draw(st.text("xyz", min_size=1, max_size=3))
    one, other = normalize_title(" ".join(said)), normalize_title(" ".join(changed))
    assert [title for title, _ in TitleIndex([one, other]).find_similar(one, 0)] == [other]


def test_a_word_that_many_titles_share_makes_no_candidates():
    few = [normalize_title(f"objective {number}") for number in range(MAX_BLOCK_SIZE)]
    assert len(TitleIndex(few).find_similar(few[0], 0)) == MAX_BLOCK_SIZE - 1
    many = [*few, normalize_title("objective last")]
    assert TitleIndex(many).find_similar(many[0], 0) == []


def test_rare_words_make_long_titles_candidates():
    long = " ".join("abcdefghijklmn")
    one, other = normalize_title(f"{long} x"), normalize_title(f"{long} y")
    assert [title for title, _ in TitleIndex([one, other]).find_similar(one, 90)] == [other]
