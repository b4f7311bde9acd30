"""An operator brings in a rule pack: looks at what it would hit, then puts it in force."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from compliance import packs
from compliance.packs import store
from creatives.models import Candidate, Event
from creatives.tasks import sweep
from tenants import scope
from tests.compliance.test_pack_tools import SAFE, examples
from tests.compliance.test_packs import META

BREAKFAST = SAFE.replace("坏词", "早餐").replace('"warn"', '"evidence"')


@pytest.fixture
def pack(tmp_path, settings, monkeypatch):
    """A pack that asks for evidence of every breakfast, outside of the operator's folder."""
    settings.RULE_PACKS = tmp_path / "in force"
    monkeypatch.setattr(store, "LOOK_EVERY", 0.0)
    packs.use(settings.RULE_PACKS)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.toml").write_text(META, "utf-8")
    (folder / "rules.toml").write_text(BREAKFAST, "utf-8")
    examples(
        folder,
        {"rule": "mine.word", "text": "吃早餐", "hit": True},
        {"rule": "mine.word", "text": "吃午饭", "hit": False},
    )
    yield folder
    packs.use(None)


def run(*args):
    out = StringIO()
    call_command("packs", *map(str, args), stdout=out)
    return out.getvalue()


def status_of(candidate):
    with scope.organization(candidate.organization_id):
        return Candidate.objects.get(pk=candidate.pk).status


def test_diff_lists_the_copy_that_a_change_would_hit_and_changes_nothing(agency, approved, pack):
    packs.use(pack.parent / "in force")
    run("activate", pack)
    (pack / "rules.toml").write_text(BREAKFAST.replace('["早餐"]', '["早餐", "一杯"]'), "utf-8")
    before = packs.installed()
    seen = json.loads(run("diff", "mine", pack, "--json"))
    assert seen["bump"] == "minor"
    assert not seen["bumped"]
    assert [(one["candidate"], one["hits"]) for one in seen["copy"]] == [
        (approved.pk, ["mine.word"])
    ]
    assert packs.installed() == before


def test_an_activated_pack_is_in_force_at_once_and_approvals_fall(agency, approved, pack):
    assert status_of(approved) == "approved"
    said = run("activate", pack)
    assert "in force: mine 1.0.0 sha256:" in said
    assert f"approval of #{approved.pk} fell" in said
    assert status_of(approved) == "in_review"


def test_a_pack_with_errors_is_refused_and_those_in_force_stay(agency, approved, pack):
    examples(pack, {"rule": "mine.word", "text": "吃午饭", "hit": True})
    with pytest.raises(CommandError, match="found nothing, not evidence"):
        run("activate", pack)
    assert "mine" not in {one.meta.name for one in packs.installed()}
    assert status_of(approved) == "approved"


def test_new_rules_under_the_old_version_are_refused(agency, pack):
    run("activate", pack)
    (pack / "rules.toml").write_text(BREAKFAST.replace('["早餐"]', '["早餐", "午餐"]'), "utf-8")
    with pytest.raises(CommandError, match=r"1\.0\.0"):
        run("activate", pack)


def test_lint_fails_with_file_and_line(pack):
    examples(pack)
    with pytest.raises(CommandError) as caught:
        run("lint", pack)
    assert caught.value.returncode == 1


def test_a_name_that_is_no_pack_is_told_with_those_that_are():
    with pytest.raises(CommandError, match="cn_adlaw") as caught:
        run("test", "no_such_pack")
    assert caught.value.returncode == 2


def test_digest_prints_what_a_report_carries():
    ref = packs.installed()[0].ref
    assert run("digest", ref.name) == f"{ref.name} {ref.version} {ref.digest}\n"


def test_a_broken_neighbour_leaves_everything_as_it_is(agency, approved, pack, settings):
    run("activate", pack)
    before = packs.installed()
    broken = settings.RULE_PACKS / "broken"
    broken.mkdir()
    (broken / "pack.toml").write_text("name = ", "utf-8")
    (pack / "pack.toml").write_text(META.replace("1.0.0", "1.1.0"), "utf-8")
    with pytest.raises(CommandError, match="broken"):
        run("activate", pack)
    assert packs.installed() == before
    assert (settings.RULE_PACKS / "mine" / "pack.toml").read_text("utf-8") == META


def test_a_pack_that_was_put_there_by_hand_is_replaced_and_kept(agency, pack, settings):
    by_hand = settings.RULE_PACKS / "mine"
    shutil.copytree(pack, by_hand)
    (pack / "pack.toml").write_text(META.replace("1.0.0", "1.1.0"), "utf-8")
    run("activate", pack)
    assert by_hand.is_symlink()
    assert "1.1.0" in (by_hand / "pack.toml").read_text("utf-8")
    kept = list((settings.RULE_PACKS / ".versions").glob("mine-*/pack.toml"))
    assert sorted("1.1.0" in one.read_text("utf-8") for one in kept) == [False, True]


def test_a_pack_changed_in_its_folder_is_followed_by_the_sweep(agency, approved, pack, settings):
    sweep()
    assert status_of(approved) == "approved"
    shutil.copytree(pack, settings.RULE_PACKS / "mine")
    sweep()
    assert status_of(approved) == "in_review"
    with scope.organization(approved.organization_id):
        events = Event.objects.filter(verb="packs_in_force").count()
    sweep()
    with scope.organization(approved.organization_id):
        assert Event.objects.filter(verb="packs_in_force").count() == events
