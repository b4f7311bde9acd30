"""`manage.py bench queue|gates --json`: what the machinery costs, and what the gates see how fast.

`queue` is measured in a child process over a temporary `var/`, so nobody's data is touched. `gates`
touches no database; see `compliance.bench` and docs/measuring.md.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from compliance.bench import gates
from compliance.jsonl import LineError, entry_of
from creatives import leases
from creatives.actions import brief as briefs
from creatives.actions import generate
from creatives.actions.execute import execute
from creatives.actions.organization import ensure_organization
from creatives.models import Candidate
from tenants import scope

_INSIDE = "COPYDESK_BENCH_INSIDE"
#: What would lead the measurement to the operator's own rows and queues.
_NOT_OURS = ("COPYDESK_DATABASE_URL", "COPYDESK_BROKER_URL", "COPYDESK_VAR")
_BRIEF = {
    "client": "Bench", "product": "五谷燕麦片", "category": "food", "language": "zh",
    "placements": ["weibo_post", "xiaohongshu_note", "douyin_caption"],
    "key_messages": ["热水冲三分钟", "独立小袋"], "seed": 1,
}  # fmt: skip
#: The web process, as a server starts it, then with one page served, then with the gates loaded.
_WEB = """
import json, resource
from config.wsgi import application
from django.conf import settings
from django.test import Client
def mb(): return int(next(l for l in open('/proc/self/status') if l.startswith('VmRSS')).split()[1]) / 1024
settings.ALLOWED_HOSTS = ['*']
status = Client().get('/login/').status_code
before = mb()
from compliance.base import Copy
from compliance.engine import check
from compliance.nlp import build
build('zh'), build('en')
check(Copy.of('顶级天然')); check(Copy.of('the best', language='en', market='us'))
print(json.dumps({'status': status, 'before_gates_mb': round(before, 1), 'with_gates_mb': round(mb(), 1)}))
"""


class Command(BaseCommand):
    help = (
        "Measure: `queue` gives the overhead per candidate and the web's memory; `gates` what is "
        "found in disguise, the share of ordinary copy flagged, speed, loading and linearity."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["queue", "gates"])
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--runs", type=int, default=10, help="queue: runs to time")
        parser.add_argument("--count", type=int, default=10, help="queue: candidates a placement")
        parser.add_argument(
            "--only", nargs="+", choices=gates.PARTS, default=gates.PARTS, help="gates: these parts"
        )
        parser.add_argument("--copy", metavar="FILE.jsonl", help="gates: ordinary copy, key text")
        parser.add_argument("--seed", type=int, default=0, help="gates: seed of terms and texts")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "gates":
            self._gates(options)
            return
        if os.environ.get(_INSIDE):
            result = _queue(options["runs"], options["count"])
            result["web_memory"] = _web()
        else:
            result = _in_a_var_of_its_own(options)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for key, value in result.items():
            self.stdout.write(f"{key}: {value}")

    def _gates(self, options: dict[str, Any]) -> None:
        texts = _texts(options["copy"]) if options["copy"] else None
        result = gates.measure(options["only"], copy=texts, seed=options["seed"])
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for line in gates.lines(result):
            self.stdout.write(line)


def _texts(file: str) -> list[str]:
    """Return the `text` of each line of a JSONL file. Raises `CommandError` naming file and line."""
    try:
        read = Path(file).read_bytes().splitlines()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
    texts = []
    for at, line in enumerate(read, 1):
        try:
            text = entry_of(line).get("text") if line.strip() else ""
            if not isinstance(text, str):
                raise LineError("text is missing or is not a string")
        except LineError as error:
            raise CommandError(f"{file}, line {at}: {error}", returncode=2) from error
        if text:
            texts.append(text)
    return texts


def _in_a_var_of_its_own(options: dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as var:
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        env = {**kept, "COPYDESK_VAR": var, _INSIDE: "1"}
        command = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        subprocess.run([*command, "migrate", "--verbosity", "0"], env=env, check=True)  # noqa: S603
        bench = ["bench", "queue", "--json", "--runs", str(options["runs"])]
        done = subprocess.run(  # noqa: S603
            [*command, *bench, "--count", str(options["count"])],
            env=env, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)


def _queue(runs: int, count: int) -> dict[str, Any]:
    """Time runs of the template generator from the request to the end, without the generator."""
    organization = ensure_organization()
    overheads, stages = [], []
    with scope.organization(organization.pk):
        profile = generate.profile_named("template")
        for number in range(runs + 1):
            draft = briefs.parse({**_BRIEF, "name": f"bench {number}", "count": count})
            brief = briefs.save(draft, organization=organization)
            started = time.perf_counter()
            run = generate.request_run(brief, by=None, profile=profile, seed=number)
            lease = leases.claim(run_id=run.pk)
            if lease is None:
                raise RuntimeError("another worker took the bench's run: stop it first")
            execute(lease)
            seconds = time.perf_counter() - started
            timings = lease.run.timings
            written = Candidate.objects.filter(run=run).count()
            if number:  # the first one loads the gates
                overheads.append(1000 * (seconds - timings["generate"]) / written)
                stages.append(
                    {key: 1000 * timings.get(key, 0.0) / written for key in ("check", "save")}
                )
    return {
        "what": "milliseconds a candidate outside the generator, request to end of run",
        "database": connection.vendor,
        "python": platform.python_version(),
        "runs": runs,
        "candidates_a_run": 3 * count,
        "overhead_ms": _spread(overheads),
        "check_ms": _spread([stage["check"] for stage in stages]),
        "save_ms": _spread([stage["save"] for stage in stages]),
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }


def _web() -> Any:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _WEB],
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)
