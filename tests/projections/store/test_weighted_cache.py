"""The cache that is bounded by weight."""

from projections.store.weighted_cache import WeightedCache


def test_values_used_last_stay_within_the_limit():
    cache = WeightedCache[str](limit=12)
    for name in "abcd":
        cache.put(name, name, weight=3)
    assert cache.get("a") == "a"
    cache.put("e", "e", weight=3)
    assert [cache.get(name) for name in "abcde"] == ["a", None, "c", "d", "e"]


def test_a_value_that_weighs_too_much_is_not_kept():
    cache = WeightedCache[str](limit=12)
    cache.put("a", "a", weight=4)
    assert cache.get("a") is None


def test_a_value_put_again_counts_once():
    cache = WeightedCache[str](limit=12)
    for name in ("a", "b", "a", "a", "c", "d"):
        cache.put(name, name, weight=3)
    assert all(cache.get(name) for name in "abcd")
    cache.clear()
    assert cache.get("a") is None
