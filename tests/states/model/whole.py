"""The model: all that can be told to it."""

from tests.states.model.goals import Goals
from tests.states.model.links import Links
from tests.states.model.places import Places
from tests.states.model.reports import Reports


class Model(Places, Goals, Reports, Links):
    """Each command takes the id of what it is about first."""
