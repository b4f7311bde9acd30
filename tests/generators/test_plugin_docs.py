"""The example of docs/plugins.md is a plugin that works."""

import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from generators import fields, registry
from tests.plugins.conftest import make_request

DOC = Path(__file__).parents[2] / "docs" / "plugins.md"


@pytest.fixture
def echo(tmp_path, monkeypatch):
    """Write the page's code blocks where the page says they belong, and find the entry point."""
    text = DOC.read_text("utf-8")
    blocks = re.findall(r"`([\w/.]+)`[^`\n]*:\n\n```\w+\n(.*?)```", text, re.DOTALL)
    for name, body in blocks:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
    declared = re.search(r'^echo = "(.+)"$', (tmp_path / "pyproject.toml").read_text(), re.M)
    assert declared is not None
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("echo", declared[1], registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    registry.refresh()
    yield
    monkeypatch.undo()
    registry.unload()
    registry.refresh()
    for name in [name for name in sys.modules if name.startswith("copydesk_echo")]:
        del sys.modules[name]


def test_the_example_writes_valid_candidates(echo):
    backend = registry.load("echo", {"greeting": "你好，"})
    (answer,) = fields.collect(backend, [make_request("xiaohongshu_note", "zh", seed=4)])
    assert answer.fields[0].text == "你好，燕麦片"
    assert answer.meta == {"seed": 4}


def test_the_page_names_what_exists():
    text = DOC.read_text("utf-8")
    for name in re.findall(r"`(generators/[\w/.]+)`", text):
        assert (DOC.parents[1] / name).exists()
