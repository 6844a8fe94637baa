"""Imports libraries of optional extras."""

from importlib import import_module
from types import ModuleType

from okr_events.domain.errors import OKRError


class FormatUnavailable(OKRError):
    code = "form-missing"
    title = "This format is not available: the server lacks an optional extra."

    def __init__(self, form: str, extra: str) -> None:
        super().__init__(f"{form} is not available: install the extra `{extra}` (pip install 'okr-events[{extra}]').")
        self.form, self.extra = form, extra


def import_library(name: str, *, form: str, extra: str) -> ModuleType:
    """The library, imported on first use; raises `FormatUnavailable`."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise FormatUnavailable(form, extra) from None
