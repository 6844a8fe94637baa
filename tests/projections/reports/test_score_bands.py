"""Marks: any scores against any bands and any aim, counted one by one in fractions."""

from decimal import Context, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.reports.scores import ScoreBands, mean

shares = st.decimals(0, 1, places=2)
pairs = st.tuples(shares, shares).map(sorted)
random_examples = settings(max_examples=60, deadline=None, database=None, derandomize=True)


@st.composite
def shares_near_bounds(draw):
    """Shares that often meet a bound exactly."""
    (partial, achieved), (low, high), too_safe = draw(pairs), draw(pairs), draw(shares)
    met = st.sampled_from([partial, achieved, low, high, too_safe, Decimal(0), Decimal(1)])
    policy = {"bands": {"achieved": str(achieved), "partial": str(partial)}, "aim": {"low": str(low), "high": str(high)}}
    return policy | {"too_safe": str(too_safe)}, draw(st.lists(st.none() | met | shares, max_size=12))


def count_in_band(scores, low, high):
    """How many are at least `low` and below `high`, or in any case at least it."""
    return sum(1 for score in scores if score >= Fraction(low) and (high is None or score < Fraction(high)))


@random_examples
@given(drawn=shares_near_bounds())
def test_every_score_is_in_one_band_and_on_one_side_of_the_aim(drawn):
    policy, scores = drawn
    found = [Fraction(score) for score in scores if score is not None]
    (achieved, partial), (low, high) = policy["bands"].values(), policy["aim"].values()
    assert ScoreBands(policy).summary(scores) == {
        "scored": len(found),
        "unscored": scores.count(None),
        "mean": round_to_28_digits(sum(found) / len(found)) if found else None,
        "achieved": count_in_band(found, achieved, None),
        "partial": count_in_band(found, partial, achieved),
        "missed": count_in_band(found, 0, partial),
        "below_aim": count_in_band(found, 0, low),
        "above_aim": sum(score > Fraction(high) for score in found),
        "within_aim": sum(Fraction(low) <= score <= Fraction(high) for score in found),
        "too_safe": sum(score > Fraction(policy["too_safe"]) for score in found),
        "in_full": found.count(Fraction(1)),
    }


def round_to_28_digits(number):
    """To 28 significant digits, half even, without zeros at its end."""
    share = Context(prec=28).divide(Decimal(number.numerator), Decimal(number.denominator))
    return format(share.normalize(Context(prec=28)), "f")


def test_a_mean_of_many_decimals_loses_nothing_on_the_way():
    third = Decimal(1) / 3
    assert mean([third] * 3) == third
    assert mean(iter([Decimal("1e-28"), Decimal(1)])) == Decimal("0.5")
    assert mean([]) is None
