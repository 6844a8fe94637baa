"""Documents rendered in a child process: the same bytes, within limits of memory, time and number."""

import pickle
import signal
import subprocess
import sys
from contextlib import ExitStack
from threading import Thread

import pytest

from projections.documents import pdf, render_process, xlsx
from projections.documents.document import Column, Document, Section, Table
from projections.documents.optional_dependency import FormatUnavailable
from projections.documents.render_process import DocumentTooLarge, RenderingBusy, RenderLimits, RenderQueue
from projections.okr_map import svg
from tests.projections.documents import odd_form
from tests.projections.okr_map import graph_answers

MEBIBYTE = 1_048_576


def render(form, content, **limits):
    return RenderQueue(RenderLimits(**limits)).render(form, content)


def exit_status_after_a_second(content):
    """The status of a child with a second of CPU time, whose parent waits."""
    arguments = (odd_form.__name__, str(512 * MEBIBYTE), "1")
    command = [sys.executable, "-m", "projections.documents.render_child", *arguments]
    return subprocess.run(command, input=pickle.dumps(content), cwd=render_process.ROOT, check=False).returncode


@pytest.mark.parametrize("form", [pdf, xlsx])
def test_a_document_has_the_same_bytes_as_in_this_process(rich_document, form):
    assert render(form, rich_document) == form.render(rich_document)


def test_a_map_has_the_same_bytes_as_in_this_process():
    graph = graph_answers.worked_example()
    assert render(svg, graph) == svg.render(graph).encode()


@pytest.mark.slow
@pytest.mark.parametrize("form", [pdf, xlsx])
def test_what_needs_more_memory_than_allowed_is_too_large(form):
    rows = [(f"{number} " + "word " * 200,) for number in range(20_000)]
    document = Document("Long", "", (), (Section("a", "A", (Table("t", "T", (Column("Text"),), rows),)),))
    with pytest.raises(DocumentTooLarge):
        render(form, document, memory=64 * MEBIBYTE)


def test_a_child_gets_no_more_cpu_time_than_allowed():
    assert -signal.SIGXCPU in render_process.OVER_LIMIT
    assert exit_status_after_a_second("computes for ever") == -signal.SIGXCPU


@pytest.mark.slow
def test_a_child_that_does_not_end_is_ended_at_its_deadline():
    with pytest.raises(RenderingBusy):
        render(odd_form, "never ends", seconds=1)


@pytest.mark.slow
def test_a_child_ends_itself_when_its_parent_does_not():
    assert exit_status_after_a_second("never ends") == -signal.SIGALRM


def test_a_missing_library_is_said_by_the_child():
    with pytest.raises(FormatUnavailable) as refusal:
        render(odd_form, "lacks its library")
    assert (refusal.value.form, refusal.value.extra) == ("PDF", "pdf")


def test_an_error_of_a_child_is_an_error_here():
    with pytest.raises(RuntimeError, match="ValueError: No such thing"):
        render(odd_form, "is broken")


def test_no_more_than_allowed_wait():
    queue = RenderQueue(RenderLimits(at_once=1, waiting=0))
    with queue.turn(), pytest.raises(RenderingBusy):
        queue.render(odd_form, 1)
    assert queue.render(odd_form, 1) == b"x"


def test_nobody_waits_longer_than_allowed():
    queue = RenderQueue(RenderLimits(at_once=1, wait_seconds=0))
    with queue.turn(), pytest.raises(RenderingBusy):
        queue.render(odd_form, 1)
    assert queue.render(odd_form, 1) == b"x"


def test_a_turn_comes_when_an_earlier_one_ends():
    queue, rendered = RenderQueue(RenderLimits(at_once=1, wait_seconds=60)), []
    waiting = Thread(target=lambda: rendered.append(queue.render(odd_form, 1)))
    with ExitStack() as first:
        first.enter_context(queue.turn())
        waiting.start()
        assert not rendered
    waiting.join()
    assert rendered == [b"x"]


def test_a_failure_frees_its_turn():
    queue = RenderQueue(RenderLimits(at_once=1, waiting=0))
    for _ in range(2):
        with pytest.raises(RuntimeError):
            queue.render(odd_form, "is broken")
