"""Roll-ups: the weighted mean of clamped progress."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.progress import Driver, Progress, roll_up_progress

D = Decimal
WEIGHTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=100)
PROGRESS = st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False, places=28, min_value=-2, max_value=3))


def driver(weight, progress):
    if progress is None:
        return Driver(D(weight), None)
    raw = D(progress)
    return Driver(D(weight), Progress(max(D(0), min(D(1), raw)), raw))


def test_weights_2_and_3_with_progress_40_and_20_make_28():
    assert roll_up_progress([driver(2, ".40"), driver(3, ".20")]).value == D("0.28")


def test_a_roll_up_counts_clamped_progress():
    assert roll_up_progress([driver(1, "1.4"), driver(1, "-0.6")]).value == D("0.5")


def test_a_driver_without_progress_counts_as_0_and_as_not_started():
    whole = roll_up_progress([driver(1, "0.5"), driver(1, None)])
    assert (whole.value, whole.drivers, whole.not_started) == (D("0.25"), 2, 1)


def test_weight_0_does_not_count():
    whole = roll_up_progress([driver(0, None), driver(1, "0.5")])
    assert (whole.value, whole.drivers, whole.not_started) == (D("0.5"), 1, 0)


def test_without_drivers_or_weight_there_is_no_progress():
    assert roll_up_progress([]) is None
    assert roll_up_progress([driver(0, "1"), driver(0, None)]) is None


@given(st.lists(st.tuples(WEIGHTS, PROGRESS), max_size=6), st.randoms())
def test_the_order_of_the_drivers_never_matters(parts, random):
    drivers = [driver(*part) for part in parts]
    assert roll_up_progress(random.sample(drivers, len(drivers))) == roll_up_progress(drivers)


@given(st.lists(st.tuples(WEIGHTS, PROGRESS), max_size=6))
def test_a_roll_up_lies_between_0_and_1(parts):
    whole = roll_up_progress([driver(*part) for part in parts])
    assert whole is None or 0 <= whole.value <= 1
