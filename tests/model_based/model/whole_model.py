"""The whole model, with all its commands."""

from tests.model_based.model.check_ins import CheckInModel
from tests.model_based.model.goals import GoalModel
from tests.model_based.model.links import LinkModel
from tests.model_based.model.structure import StructureModel


class Model(StructureModel, GoalModel, CheckInModel, LinkModel):
    """Each command takes the id of what it is about first."""
