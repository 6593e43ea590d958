"""The application server, for `make run` and in production; gunicorn's command line overrides every setting."""

import os
from pathlib import Path

from aqb import logs

wsgi_app = "aqb.wsgi:application"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"  # a web server with TLS stands in front in production
workers = int(os.environ.get("AQB_WORKERS", "2"))
threads = 4  # a slow download or a PDF does not hold up the next page
preload_app = True  # workers share memory, and a wrong setting ends the start instead of every worker
max_requests = 5_000  # a leak in a C library never grows for weeks
max_requests_jitter = 500
timeout = 60
graceful_timeout = 20
loglevel = "warning"
logconfig_dict = logs.configuration(production=os.environ.get("AQB_MODE") == "production")  # as the application logs
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a busy disk is no dead worker
control_socket_disable = True


def when_ready(server):
    if demo := os.environ.get("AQB_GREETING"):  # set by `manage.py serve`
        print(demo, flush=True)
