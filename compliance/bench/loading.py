"""What it costs to start: seconds and memory of a fresh process, measured in one."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import compliance
from compliance.bench.texts import pseudo_terms

#: Runs in a process of its own. The list is made before: reading it is no part of loading.
_CHILD = """
import json, sys, time
terms = open(sys.argv[1], encoding="utf-8").read().split()
def mb(key):
    lines = open("/proc/self/status").read().splitlines()
    return round(int(next(l for l in lines if l.startswith(key)).split()[1]) / 1024, 1)
stages, memory = {}, {"python": mb("VmRSS")}
def stage(name, work):
    started = time.perf_counter()
    result = work()
    stages[name] = round(time.perf_counter() - started, 4)
    memory[name] = mb("VmRSS")
    return result
def engine():
    import compliance.engine
stage("import", engine)
from pathlib import Path
from compliance import packs
packs.use(None, cache=Path(sys.argv[2]))
from compliance.base import Copy
from compliance.engine import TEXT_CHECKS, check
def one(text, **rest):
    return lambda: check(Copy.of(text, **rest), checks=TEXT_CHECKS)
stage("packs", one("一二三四五六七"))
from compliance.bench.speed import list_in_force, word_list
found = stage("list", lambda: list_in_force(word_list(terms)))
stage("english", one("some words about a bag", language="en", market="uk"))
stage("both", one("一二三 and some words about a bag"))
def pipelines():
    from compliance.nlp import build
    build("zh"), build("en")
stage("spacy", pipelines)
print(json.dumps({"found": found, "seconds": stages, "memory_mb": memory, "peak_mb": mb("VmHWM")}))
"""


def loading(*, terms: int = 65_000, runs: int = 3) -> dict[str, Any]:
    """Return the seconds of each stage from a bare Python to the first verdicts, and the memory.

    `cold`: one process that finds no compiled Python files and nothing that another found out of the
    rules. `warm`: the median of `runs` processes that do. `verdict_seconds` is the import, the packs
    and the list, which is all that a Chinese verdict needs; spaCy is loaded apart, on demand.
    `memory_mb` is resident after each stage, `peak_mb` the most that the process ever held. Linux only
    (/proc).
    """
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as folder:
        file = Path(folder, "terms.txt")
        file.write_text("\n".join(pseudo_terms(terms)), "utf-8")
        cold = _child(file, {"PYTHONPYCACHEPREFIX": str(Path(folder, "none"))})
        warm = [_child(file, {}) for _ in range(runs)]
    stages = {
        name: statistics.median(run["seconds"][name] for run in warm) for name in cold["seconds"]
    }
    return {
        "list_terms": terms,
        "list_in_force": cold["found"],
        "cold": {"seconds": cold["seconds"], "verdict_seconds": _verdict(cold["seconds"])},
        "warm": {"seconds": stages, "verdict_seconds": _verdict(stages)},
        "memory_mb": warm[-1]["memory_mb"],
        "peak_mb": max(run["peak_mb"] for run in warm),
    }


def _verdict(stages: dict[str, float]) -> float:
    return round(sum(stages[name] for name in ("import", "packs", "list")), 4)


def _child(file: Path, env: dict[str, str]) -> Any:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _CHILD, str(file), str(file.with_name("rules.json"))],
        cwd=Path(compliance.__file__).parent.parent,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)
