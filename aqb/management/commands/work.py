"""`manage.py work`: a worker that does what pages have started; production runs it as a service."""

import logging
import os
from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from aqb.work import crew, worker


class Command(BaseCommand):
    help = "Do what waits in the queue of jobs, until Ctrl-C: one worker, or several with --crew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", action="store_true", help="end as soon as nothing waits")
        parser.add_argument("--crew", type=int, metavar="NUMBER", help="keep so many workers at work")
        parser.add_argument("--parent", type=int, default=0, help="end as soon as this process is no longer our parent")

    def handle(self, *args: Any, batch: bool, parent: int, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # that a worker ends is no warning
        if options["crew"] is not None:
            crew.lead(options["crew"])
        else:
            os.nice(worker.POLITE)
            worker.work(batch=batch, parent=parent)
