"""The model: all that can be told to it."""

from tests.model_based.model.check_ins import Reports
from tests.model_based.model.goals import Goals
from tests.model_based.model.links import Links
from tests.model_based.model.structure import Places


class Model(Places, Goals, Reports, Links):
    """Each command takes the id of what it is about first."""
