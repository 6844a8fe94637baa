"""Kinds and states of links, and the SQL conditions on them."""

from okr_events.domain.alignment import AlignmentKind
from projections.store.tables import alignments

CONTRIBUTING_KINDS = tuple(kind.value for kind in AlignmentKind if kind.contributes)
SIDE_KINDS = ("horizontal", "directional")
LIVE_LINK_STATES = ("active", "proposed", "confirmed")
IS_CONTRIBUTION = alignments.c.kind.in_(CONTRIBUTING_KINDS)
IS_LIVE_LINK = alignments.c.state.in_(LIVE_LINK_STATES)
