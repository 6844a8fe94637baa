"""The error of a missing extra names what to install; other formats still work."""

import sys

import pytest

from projections.documents import chat_text, csv_zip, html, markdown, optional_dependency, pdf, xlsx
from projections.documents.optional_dependency import FormatUnavailable


@pytest.mark.parametrize(("form", "library", "extra"), [(pdf, "typst", "pdf"), (xlsx, "xlsxwriter", "xlsx")])
def test_a_format_without_its_library_names_the_extra(rich_document, monkeypatch, form, library, extra):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(FormatUnavailable) as refusal:
        form.render(rich_document)
    assert refusal.value.extra == extra
    assert f"pip install 'okr-events[{extra}]'" in refusal.value.detail
    assert all(other.render(rich_document) for other in (chat_text, html, markdown, csv_zip))


def test_a_broken_library_is_not_reported_as_missing(monkeypatch, tmp_path):
    (tmp_path / "broken_form.py").write_text("import nothing_like_that")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="nothing_like_that"):
        optional_dependency.import_library("broken_form", form="X", extra="x")
