"""The application: all commands in one class."""

from okr_events.commands.alignments import AlignmentCommands
from okr_events.commands.check_ins import CheckInCommands
from okr_events.commands.clock import ClockCommands
from okr_events.commands.conversations import ConversationCommands
from okr_events.commands.cycles import CycleCommands
from okr_events.commands.key_results import KeyResultCommands
from okr_events.commands.objectives import ObjectiveCommands
from okr_events.commands.people import PersonCommands
from okr_events.commands.priorities import PriorityCommands
from okr_events.commands.reviews import ReviewCommands
from okr_events.commands.units import UnitCommands


class OKRApplication(
    UnitCommands,
    PriorityCommands,
    CycleCommands,
    ObjectiveCommands,
    KeyResultCommands,
    CheckInCommands,
    ConversationCommands,
    AlignmentCommands,
    ReviewCommands,
    PersonCommands,
    ClockCommands,
):
    """Every command returns a `CommandResult` or raises `NotFound`, `Invalid`, `StaleVersion`, `Refused` or `Unavailable`."""
