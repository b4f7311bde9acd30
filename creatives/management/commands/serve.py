"""`manage.py serve`: the site and its workers under one small supervisor, for one machine.

Four processes: the web; a `cpu` worker that runs one thing at a time; a `gpu` worker whose one child
is spawned, never forked, so a process that holds a model is never copied; and the beat that sweeps,
apart from the workers because one started inside a worker outlives it.
"""

import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

#: A process that dies sooner than this after its start is restarted with growing patience.
SETTLED_S = 30
MAX_WAIT_S = 30
GRACE_S = 15


@dataclass
class _Process:
    name: str
    command: list[str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restart_at: float = 0.0
    wait_s: float = field(default=1.0)

    def start(self) -> None:
        self.running = subprocess.Popen(self.command)  # noqa: S603  (our own command line)
        self.started = time.monotonic()

    def tend(self) -> None:
        """Restart the process if it died, waiting longer each time it dies early."""
        now = time.monotonic()
        if self.running is None:
            if now >= self.restart_at:
                self.start()
            return
        code = self.running.poll()
        if code is None:
            return
        self.wait_s = 1.0 if now - self.started > SETTLED_S else min(MAX_WAIT_S, self.wait_s * 2)
        sys.stderr.write(f"{self.name} ended with {code}; restarting in {self.wait_s:.0f} s\n")
        self.running, self.restart_at = None, now + self.wait_s


class Command(BaseCommand):
    help = "Serve the site with its workers beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *args: Any, **options: Any) -> None:
        processes = [_Process(name, command) for name, command in _commands(options)]
        stopping = False

        def stop(_signal: int, _frame: FrameType | None) -> None:
            nonlocal stopping
            stopping = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stdout.write(f"Copydesk serves at http://{options['host']}:{options['port']}/")
        self.stdout.write("Ctrl-C stops it.")
        try:
            while not stopping:
                for process in processes:
                    process.tend()
                time.sleep(0.5)
        finally:
            _stop_all(processes)


def _commands(options: dict[str, Any]) -> list[tuple[str, list[str]]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "config", "--quiet"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return [
        ("web", [
            *python, "gunicorn", "config.wsgi", "--bind", f"{options['host']}:{options['port']}",
            "--threads", str(options["threads"]), "--log-level", "warning",
        ]),
        ("cpu worker", [*worker, "-Q", "cpu", "-P", "solo", "-n", "cpu@%h"]),
        ("gpu worker", [*worker, "-Q", "gpu", "-P", "prefork", "-c", "1", "-n", "gpu@%h"]),
        ("beat", [*celery, "beat", "--loglevel", "WARNING"]),
    ]  # fmt: skip


def _stop_all(processes: list[_Process]) -> None:
    living = [process.running for process in processes if process.running is not None]
    for running in living:
        running.terminate()
    end = time.monotonic() + GRACE_S
    for running in living:
        try:
            running.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
