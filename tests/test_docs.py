"""What the documentation says is run, and what it lists is there."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from compliance.base import Copy
from compliance.engine import check
from compliance.packs import load_pack, trial
from compliance.placements import PLACEMENTS
from compliance.words import CATEGORIES
from tests.processes import Site

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.xdist_group("processes")
def test_the_brief_of_the_docs_runs(tmp_path):
    site = Site(tmp_path)
    out = site.manage(
        "run_brief", "docs/examples/brief.json", "--generator", "template", "--wait", "--json"
    )
    assert json.loads(out)["run"]["status"] == "succeeded"


def test_the_pack_in_five_minutes_is_a_pack(tmp_path):
    """Its folder is made of the page's blocks, and does what the page says of it."""
    text = (ROOT / "docs" / "packs.md").read_text("utf-8").partition("## A pack in five minutes")[2]
    blocks = re.findall(r"^`([a-z.]+)`:\n\n```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in blocks] == ["pack.toml", "rules.toml", "examples.jsonl"]
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in blocks:
        (folder / name).write_text(content, "utf-8")
    for step in ("lint", "test"):
        out = StringIO()
        call_command("packs", step, str(folder), stdout=out)
        assert out.getvalue() == "0 errors, 0 warnings\n"
    with trial((load_pack(folder),)):
        hits = check(Copy.of("亲亲，在的哦")).hits
    assert [hit.rule for hit in hits if hit.pack == "mine"] == ["mine.word"]


def test_packs_md_names_every_step_of_the_command():
    text = (ROOT / "docs" / "packs.md").read_text("utf-8")
    for step in ("lint", "test", "diff", "activate", "digest", "schema", "articles"):
        assert f"manage.py packs {step}" in text, step


def test_the_readme_leads_to_every_page():
    text = (ROOT / "README.md").read_text("utf-8")
    pages = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")]
    assert pages and not [page for page in pages if f"({page})" not in text]


def test_run_brief_md_lists_every_placement_and_category():
    text = (ROOT / "docs" / "run_brief.md").read_text("utf-8")
    assert not [word for word in (*PLACEMENTS, *CATEGORIES) if f"`{word}`" not in text]


def test_operations_md_documents_every_variable():
    sources = [ROOT / "config" / "settings.py", ROOT / "config" / "env.py"]
    used = {
        name
        for path in sources
        for name in re.findall(r'"(COPYDESK_[A-Z_]+)"', path.read_text("utf-8"))
    }
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert used and not [name for name in used if f"`{name}`" not in text]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_the_docs_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_every_make_target_of_the_readme_is_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`?make (\w+)", (ROOT / "README.md").read_text("utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
