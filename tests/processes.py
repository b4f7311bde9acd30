"""A site of its own for a test: its own `var/`, real worker processes, ended by their own ids."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.words import MARKETS

ROOT = Path(__file__).resolve().parent.parent


@lru_cache(maxsize=1)
def _prepared() -> Path:
    """Return a `var/` with a migrated database, and with what a process leaves to the next ones.

    Made once for all sites of a test process: that is five seconds of work for each of them.
    """
    var = Path(os.environ["COPYDESK_VAR"], "prepared-site")
    env = {**os.environ, "COPYDESK_VAR": str(var)}
    env.pop("COPYDESK_DATABASE_URL", None)
    copies = "".join(f'{{"id": 1, "text": "a", "market": "{market}"}}\n' for market in MARKETS)
    for args in (["migrate", "--verbosity", "0"], ["check_copy", "--format", "jsonl"]):
        subprocess.run(
            [sys.executable, "manage.py", *args], cwd=ROOT, env=env, check=True, timeout=180,
            input=copies.encode(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return var


class Site:
    """Runs `manage.py` and workers over `var`, with leases short enough for a test."""

    def __init__(self, var: Path, **env: str) -> None:
        self.var = var
        self.env = {
            **os.environ,
            "COPYDESK_VAR": str(var),
            "COPYDESK_LEASE_S": "2",
            "COPYDESK_SWEEP_EVERY_S": "1",
            "COPYDESK_WORKER_SEEN_S": "1",
            **env,
        }
        shutil.copytree(_prepared() / "cache", var / "cache", dirs_exist_ok=True)
        if "COPYDESK_DATABASE_URL" not in env:
            self.env.pop("COPYDESK_DATABASE_URL", None)
            shutil.copy(_prepared() / "copydesk.sqlite3", var)

    def manage(self, *args: str, ok: int = 0, **env: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *args], cwd=ROOT, env={**self.env, **env},
            capture_output=True, text=True, timeout=180,
        )  # fmt: skip
        assert done.returncode == ok, f"{args}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def run_brief(self, brief: dict[str, Any], *args: str, ok: int = 0) -> dict[str, Any]:
        path = self.var / "brief.json"
        path.write_text(json.dumps(brief, ensure_ascii=False), encoding="utf-8")
        return json.loads(self.manage("run_brief", str(path), "--json", *args, ok=ok))

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.var / "copydesk.sqlite3", timeout=20) as connection:
            return connection.execute(sql, values).fetchall()

    def status(self, run_id: int) -> str:
        return str(self.query("SELECT status FROM creatives_run WHERE id = ?", run_id)[0][0])

    @contextmanager
    def process(
        self, *command: str, gently: bool = True, **env: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A process in a session of its own; whatever is left of it is killed at the end.

        Unless it is to end `gently` it is killed at once: what a test looks at stands in the
        database by then, and a worker takes five seconds to say goodbye.
        """
        log = (self.var / f"log-{time.monotonic_ns()}.txt").open("wb")
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**self.env, **env}, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            if gently and process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            log.close()

    def worker(self, queue: str = "cpu", pool: str = "solo", **env: str):
        # A pool's own process has children and semaphores to give back.
        return self.process(
            "-m", "celery", "-A", "config", "worker", "-Q", queue, "-P", pool, "-c", "1",
            "-n", f"{queue}@test", "--loglevel", "INFO", "--without-gossip", "--without-mingle",
            gently=pool != "solo", **env,
        )  # fmt: skip

    def beat(self):
        return self.process("-m", "celery", "-A", "config", "beat", "--loglevel", "INFO")

    def logs(self) -> str:
        return "\n".join(path.read_text("utf-8", "replace") for path in self.var.glob("log-*.txt"))


def wait_until(
    condition: Callable[[], bool], *, seconds: float = 60, what: Callable[[], str] = str
) -> None:
    """Return when `condition` holds; fail with `what()` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what()}"
        time.sleep(0.1)
