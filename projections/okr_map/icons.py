"""SVG paths of the icons of health, arrowheads and states of links, around the origin."""

from projections.text.coordinates import format_number

HEALTH_ICONS = {
    "on_track": ("M8 0A8 8 0 1 1 -8 0A8 8 0 1 1 8 0Z", "M-4 0.4L-1.2 3.2L4 -2.8"),
    "at_risk": ("M0 -8L8.6 7.2L-8.6 7.2Z", "M0 -3.2L0 2M0 4.6L0 4.7"),
    "off_track": ("M-7.4 -7.4L7.4 -7.4L7.4 7.4L-7.4 7.4Z", "M-3.4 -3.4L3.4 3.4M3.4 -3.4L-3.4 3.4"),
    "outdated": ("M0 -8.6L8.6 0L0 8.6L-8.6 0Z", "M0 -4L0 0.6L3 2.4"),
    "pending": ("M8 0A8 8 0 1 1 -8 0A8 8 0 1 1 8 0ZM6 0A6 6 0 1 0 -6 0A6 6 0 1 0 6 0Z", ""),
    "closed": ("M-6.4 -8L-4.4 -8L-4.4 8L-6.4 8ZM-3.4 -7.4L7.4 -7.4L4.4 -3.2L7.4 1L-3.4 1Z", ""),
}
ARROWHEADS = {
    "triangle": ("M0 0L-12 -6L-12 6Z", 10.0),
    "diamond": ("M0 0L-8 -5.5L-16 0L-8 5.5Z", 15.0),
    "disc": ("M0 0A5.5 5.5 0 1 1 -11 0A5.5 5.5 0 1 1 0 0Z", 10.0),
    "hollow": ("M-1 0L-13 -6.5L-13 6.5Z", 13.0),
    "open": ("M-10 -6L0 0L-10 6", 1.0),
}
STATE_ICONS = {
    "confirmed": "M-4 0.4L-1.2 3.2L4 -2.8",
    "proposed": "M-2.6 -2A2.6 2.6 0 1 1 1 0.4Q0 0.8 0 2M0 4.6L0 4.7",
    "declined": "M-3.2 -3.2L3.2 3.2M3.2 -3.2L-3.2 3.2",
    "ended": "M-4 0L4 0",
}


def arrowhead_transform(before: tuple[float, float], tip: tuple[float, float]) -> str:
    """The SVG transformation of an arrowhead at the tip of a line from `before`."""
    across, down = tip[0] - before[0], tip[1] - before[1]
    angle = (0 if across > 0 else 180) if abs(across) > abs(down) else (90 if down > 0 else -90)
    return f"translate({format_number(tip[0])} {format_number(tip[1])}) rotate({angle})"
