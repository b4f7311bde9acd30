"""What the documentation says is run, and what it lists is there."""

import json
import re
from pathlib import Path

import pytest

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
