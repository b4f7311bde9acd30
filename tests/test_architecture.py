"""The house rules that a linter cannot hold."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

ROOT = Path(__file__).resolve().parent.parent
OURS = ("config", "tenants", "creatives", "compliance", "generators", "plugins")

#: The one-way flow: a row may point at rows before it, never at rows after it.
FLOW = [
    "user", "organization", "membership", "client", "clientassignment", "placement", "product",
    "productfact", "asset", "assetreport", "claim", "substantiation", "campaign", "brief",
    "generatorprofile", "run", "candidate", "report", "finding", "clearance", "review",
    "publication", "dossier", "lexicon", "lexiconversion", "allowedphrase", "ruleswitch", "event",
]  # fmt: skip


def _sources():
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _models():
    return [
        m for label in ("tenants", "creatives") for m in apps.get_app_config(label).get_models()
    ]


@pytest.mark.parametrize("model", _models(), ids=lambda m: m.__name__)
def test_every_foreign_key_points_upstream(model):
    name = model._meta.model_name
    for field in model._meta.get_fields():
        if not isinstance(field, ForeignKey) or field.related_model is model:
            continue
        target = field.related_model._meta.model_name
        assert FLOW.index(target) < FLOW.index(name), f"{name}.{field.name} points downstream"


def _writes_status(tree):
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
            yield node.lineno
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"update", "bulk_update", "update_or_create"}
            and any(keyword.arg == "status" for keyword in node.keywords)
        ):
            yield node.lineno


@pytest.mark.parametrize("path", list(_sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_transitions_writes_a_status(path):
    lines = list(_writes_status(ast.parse(path.read_text("utf-8"))))
    if path != ROOT / "creatives" / "transitions.py":
        assert lines == []


def test_the_status_rule_can_fail():
    assert list(_writes_status(ast.parse("run.status = 'x'"))) == [1]
    assert list(_writes_status(ast.parse("runs.update(status='x')"))) == [1]


def _run(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **env},
    )  # fmt: skip


def test_the_web_process_never_imports_torch():
    code = (
        "import sys; from config.wsgi import application; from django.test import Client;"
        "from compliance.engine import check; from compliance.base import Copy;"
        "check(Copy.of('顶级')); check(Copy.of('the best', language='en', market='us'));"
        "import config.urls, generators.registry as r; r.manifests();"
        "print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    done = _run(code)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_embedded_default_opens_no_network_connection():
    """SQLite and files under var/: the main job runs with every socket refused."""
    code = (
        "import socket\n"
        "def no(*a, **k): raise AssertionError(f'network: {a}')\n"
        "socket.socket.connect = no; socket.create_connection = no; socket.getaddrinfo = no\n"
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0); call_command('demo', generator='template')\n"
    )
    import tempfile

    with tempfile.TemporaryDirectory() as var:
        done = _run(code, COPYDESK_VAR=var)
        assert done.returncode == 0, done.stderr
        assert list(Path(var, "broker", "queue").glob("*.msg")), "the embedded broker was not rung"
    assert "succeeded" in done.stdout


def test_every_file_of_ours_is_short_or_has_a_reason():
    #: Files over 300 lines, each with its reason.
    reasons: dict[str, str] = {}
    long = {
        str(path.relative_to(ROOT))
        for path in _sources()
        if len(path.read_text("utf-8").splitlines()) > 300
    }
    assert long <= set(reasons)
