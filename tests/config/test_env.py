"""The environment is read strictly: what cannot be meant stops start-up and names its variable."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tests.processes import ROOT

NAME = "COPYDESK_SOMETHING"


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "0", "-1", "-0.5", "x", "1e999", "1 2"])
def test_a_number_that_cannot_be_meant_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.number(NAME, 3)


@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1", "2.5", "1e3", "x"])
def test_a_whole_number_that_cannot_be_meant_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.whole(NAME, 3)


def test_numbers_are_read_and_have_defaults(monkeypatch):
    assert (env.number(NAME, 2.5), env.whole(NAME, 3)) == (2.5, 3)
    monkeypatch.setenv(NAME, "7")
    assert (env.number(NAME, 2.5), env.whole(NAME, 3)) == (7.0, 7)


def test_an_empty_secret_key_stops_start_up_and_says_what_to_do(tmp_path):
    kept = tmp_path / "secret_key"
    kept.touch()
    with pytest.raises(ImproperlyConfigured, match=rf"{kept} is empty: .*set {NAME}"):
        env.secret_key(NAME, kept)


def test_a_secret_key_that_is_given_makes_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv(NAME, "given")
    assert env.secret_key(NAME, tmp_path / "secret_key") == "given"
    assert list(tmp_path.iterdir()) == []


def test_the_settings_refuse_a_fraction_of_an_attempt(tmp_path):
    done = _settings(tmp_path, "settings.MAX_ATTEMPTS", COPYDESK_MAX_ATTEMPTS="1.5")
    assert done.returncode != 0
    assert "COPYDESK_MAX_ATTEMPTS='1.5': write a whole number" in done.stderr


@pytest.mark.parametrize("folder", ["c#", "what?mode=memory", "50%41", "空 格"])
def test_any_path_may_hold_the_database(tmp_path, folder):
    var = tmp_path / folder
    done = _settings(var, "connection.cursor().execute('CREATE TABLE t (x int)')")
    assert done.returncode == 0, done.stderr
    assert (var / "copydesk.sqlite3").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [folder]


def test_a_database_url_of_the_operator_is_parsed(tmp_path):
    url = f"sqlite:///{tmp_path}/theirs.sqlite3"
    done = _settings(
        tmp_path / "var",
        "print(settings.DATABASES['default']['NAME'], connection.vendor)",
        COPYDESK_DATABASE_URL=url,
    )
    assert done.stdout.split() == [f"{tmp_path}/theirs.sqlite3", "sqlite"], done.stderr


def _settings(var, code, **env):
    """Run `code` with the settings of an installation that keeps its files in `var`."""
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith("COPYDESK_")},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "COPYDESK_VAR": str(var),
        **env,
    }
    code = (
        "import django; django.setup(); from django.conf import settings; "
        f"from django.db import connection; {code}"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
