"""gunicorn's settings for the demonstration: its server ends with the process that started it, and deletes the data.

Linux sends the signal however that process dies; elsewhere the server outlives a parent that is killed.
"""

import ctypes
import os
import shutil
import signal
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter

from api.http.server_settings import *  # noqa: F403 - the settings of every server

PR_SET_PDEATHSIG = 1


def on_starting(_: Arbiter) -> None:
    """Ask for SIGTERM at the parent's death, and stop now if it has died already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(os.environ["OKR_DEMO_PARENT"]):
        sys.exit(1)


def on_exit(_: Arbiter) -> None:
    """Delete the data, which a parent that was killed cannot do."""
    if os.getppid() != int(os.environ["OKR_DEMO_PARENT"]):
        shutil.rmtree(Path(os.environ["OKR_DATA_DIR"]), ignore_errors=True)
