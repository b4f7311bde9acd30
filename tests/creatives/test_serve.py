"""The supervisor: four processes, restarted when one dies, all ended with it."""

import os
import signal
import socket
import urllib.request
from contextlib import suppress

import psutil
import pytest

from tests.processes import Site, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


def _children(process):
    """Return the command lines of the living children by process id."""
    found = {}
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.NoSuchProcess):  # it died meanwhile; a zombie is one of these
            found[child.pid] = " ".join(child.cmdline())
    return found


def _serving(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_a_killed_worker_comes_back_and_nothing_outlives_the_supervisor(tmp_path):
    site = Site(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with site.process("manage.py", "serve", "--port", str(port)) as supervisor:
        wait_until(lambda: _serving(port), what=site.logs)
        wait_until(lambda: len(_children(supervisor)) == 4, what=site.logs)
        (cpu,) = [pid for pid, line in _children(supervisor).items() if "cpu@" in line]
        os.kill(cpu, signal.SIGKILL)
        wait_until(
            lambda: any(
                "cpu@" in line and pid != cpu for pid, line in _children(supervisor).items()
            ),
            what=site.logs,
        )
        everybody = psutil.Process(supervisor.pid).children(recursive=True)
        supervisor.terminate()
        supervisor.wait(30)
        assert supervisor.returncode == 0
        gone, alive = psutil.wait_procs(everybody, timeout=10)
        assert alive == []
