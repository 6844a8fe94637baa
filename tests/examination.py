"""Everything that `okr doctor --views` checks."""

from api.operations.doctor import Examination
from api.operations.signed_history import ExternalCheckpoint
from api.operations.stores import Stores


def find_faults(stores: Stores, kept: ExternalCheckpoint | None = None) -> list[str]:
    """The messages of all faults."""
    examination = Examination(stores)
    examination.check_log(lambda _: None, kept=kept)
    examination.check_seals(lambda _: None)
    examination.check_views(lambda _: None)
    return [fault.message for fault in examination.faults]
