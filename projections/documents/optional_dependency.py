"""Missing forms: a form whose library is an extra that is not installed."""

from importlib import import_module
from types import ModuleType

from okr_events.domain.errors import OKRError


class FormatUnavailable(OKRError):
    code = "form-missing"
    title = "The server cannot write this form: an extra is not installed."

    def __init__(self, form: str, extra: str) -> None:
        super().__init__(f"The server cannot write {form}: it lacks the extra `{extra}` (pip install 'okr-events[{extra}]').")
        self.extra = extra


def import_library(name: str, *, form: str, extra: str) -> ModuleType:
    """The library, imported where it is first needed.

    Raises `FormMissing` where it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise FormatUnavailable(form, extra) from None
