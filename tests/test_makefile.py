"""`make` in a copy of its own, with interpreters that only note what they were asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

INHERITED = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES")
ROOT = Path(__file__).resolve().parent.parent
#: A Python that makes a virtual environment of itself, has pip only after that, and notes its calls.
PYTHON = """#!/bin/sh
echo "$0 $*" >> {log}
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; cp {itself} .venv/bin/python; cp {itself} .venv/bin/pybabel;;
  *"pip --version"*) test {has_pip} = yes;;
esac
"""


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "a clone"
    (folder / "locale/zh_Hans/LC_MESSAGES").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "locale/zh_Hans/LC_MESSAGES/django.po").touch()
    _python(folder, folder / "whole", has_pip="yes")
    return folder


def _python(folder, path, *, has_pip):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = PYTHON.format(log="calls.log", itself="./whole", has_pip=has_pip)
    path.write_text(text)
    path.chmod(0o755)


def _make(folder, *targets):
    done = subprocess.run(
        ["make", *targets, "PYTHON=./whole"],
        cwd=folder, capture_output=True, text=True, timeout=60,
        # As typed by a person, also when the suite itself was started by make.
        env={key: value for key, value in os.environ.items() if key not in INHERITED},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    log = folder / "calls.log"
    calls = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return calls, done.stdout


def test_a_half_made_environment_is_made_anew(clone):
    _python(clone, clone / ".venv/bin/python", has_pip="no")
    calls, _ = _make(clone, "setup")
    made = [call for call in calls if "-m venv --clear .venv" in call]
    assert len(made) == 1
    assert any("pip install" in call for call in calls[calls.index(made[0]) :])


def test_a_sound_environment_is_kept(clone):
    _python(clone, clone / ".venv/bin/python", has_pip="yes")
    shutil.copy(clone / "whole", clone / ".venv/bin/pybabel")
    calls, _ = _make(clone, "setup")
    assert not [call for call in calls if "-m venv" in call]
    assert [call for call in calls if "pip install" in call]


def test_setup_again_installs_nothing(clone):
    _make(clone, "setup")
    (clone / "locale/zh_Hans/LC_MESSAGES/django.mo").touch()
    calls, _ = _make(clone, "setup")
    assert calls and not [call for call in calls if "pip" in call or "venv" in call.split()]


def test_help_lists_every_target_with_a_line_of_its_own(clone):
    _, shown = _make(clone, "help")
    phony = (ROOT / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()
    lines = shown.splitlines()
    assert [line.split()[0] for line in lines] == phony
    assert all(len(line.split()) > 1 and "\t" not in line and "$" not in line for line in lines)
