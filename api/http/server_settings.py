"""gunicorn's settings, apart from address and processes: `gunicorn -c python:api.http.server_settings wsgi:app`.

`OKR_PROXY_HEADERS` alone says which headers of a proxy are trusted: gunicorn trusts none, not even from this host.
"""

import os
import subprocess
import sys

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from api.operations.settings import load_settings

worker_class = "api.http.worker.DeadlineWorker"
threads = 256
"""Connections that send or read at the same time; `OKR_THREADS` requests of them are answered at the same time."""
sendfile = False
"""Files are sent in pieces, each within a deadline."""
forwarder_headers = ""
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True
limit_request_line = 8190
"""The most that gunicorn allows; a longer address is 414."""


def post_fork(_: Arbiter, worker: Worker) -> None:
    """Keep a worker to one core where the settings say so: its threads then hand over without changing the core."""
    if load_settings().pin_workers:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[worker.age % len(cores)]})


def when_ready(_: Arbiter) -> None:
    """Start the process that keeps the views up to date; it ends with this one."""
    subprocess.Popen([sys.executable, "-m", "api.operations.store_keeper"], stdin=subprocess.DEVNULL)
