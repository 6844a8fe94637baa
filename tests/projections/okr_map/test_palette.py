"""The palette has the contrast that WCAG 2.2 AA requires."""

import pytest

from projections.okr_map import palette
from projections.okr_map.palette import BAND_COLOURS, HEALTH_COLOURS, INK, MUTED, PAPER, STROKES, TEXT_STYLES

TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3
CARDS = {"white": PAPER, "cancelled": "#e9ecef", "state": "#fff4cc"}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", [*CARDS.values(), *(pale for pale, _ in BAND_COLOURS.values())])
def test_text_can_be_read_wherever_it_stands(ground):
    for type in TEXT_STYLES.values():
        if type.colour != PAPER:
            assert contrast(type.colour, ground) >= TEXT_CONTRAST


def test_white_text_can_be_read_on_its_ground():
    for ground in (INK, *(deep for _, deep in BAND_COLOURS.values())):
        assert contrast(PAPER, ground) >= TEXT_CONTRAST


def test_lines_and_signs_stand_out_from_every_ground():
    shapes = [*(stroke.colour for stroke in STROKES.values()), *HEALTH_COLOURS.values(), palette.FILL, palette.FADED, MUTED]
    for ground in (PAPER, CARDS["cancelled"], *(pale for pale, _ in BAND_COLOURS.values())):
        for shape in shapes:
            assert contrast(shape, ground) >= SHAPE_CONTRAST, (shape, ground)


def test_a_bar_stands_out_from_its_track():
    assert contrast(palette.FILL, palette.TRACK) >= SHAPE_CONTRAST
