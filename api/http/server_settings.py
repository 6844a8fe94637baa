"""gunicorn's settings, apart from address and processes: `gunicorn -c python:api.http.server_settings wsgi:app`.

`OKR_PROXY_HEADERS` alone says which headers of a proxy are trusted: gunicorn trusts none, not even from this host.
"""

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
