"""The command that programs build on: its JSON, its exit codes and its bad inputs."""

import json
import subprocess
import sys

import pytest

from tests.processes import ROOT, Site

pytestmark = pytest.mark.xdist_group("processes")

GOOD = {
    "client": "味源食品",
    "product": "五谷燕麦片",
    "category": "food",
    "language": "zh",
    "placements": ["weibo_post"],
    "key_messages": ["热水冲三分钟"],
    "count": 1,
    "seed": 3,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return Site(tmp_path_factory.mktemp("var"))


def _fails(site, data, *args):
    path = site.var / "bad.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    done = subprocess.run(
        [sys.executable, "manage.py", "run_brief", str(path), "--generator", "template", *args],
        cwd=ROOT, env=site.env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_the_json_is_one_object_with_the_documented_keys(site):
    done = site.run_brief(GOOD, "--generator", "template", "--wait")
    assert {"id", "status", "seconds"} <= set(done["run"])
    (candidate,) = done["candidates"]
    assert {
        "id", "placement", "fields", "text", "status", "verdict", "findings", "sha256", "parent",
        "origin",
    } == set(candidate)  # fmt: skip
    assert candidate["fields"][0] == {"name": "body", "text": candidate["text"]}


def test_a_finding_has_the_documented_keys_and_an_exact_span(site):
    brief = {**GOOD, "name": "blocked", "key_messages": ["采用顶级天然成分"]}
    done = site.run_brief(brief, "--generator", "template", "--wait", ok=3)
    candidate = done["candidates"][0]
    finding = next(f for f in candidate["findings"] if f["severity"] == "block")
    assert {
        "rule", "severity", "start", "end", "text", "statute", "article", "reason", "suggestion",
        "undone",
    } <= set(finding)  # fmt: skip
    text = candidate["fields"][finding["field"]]["text"]
    assert text[finding["start"] : finding["end"]] == finding["text"]


def test_nothing_passed_is_3_and_the_lineage_is_printed(site):
    brief = {**GOOD, "name": "blocked twice", "must_avoid": ["五谷"]}
    done = site.run_brief(brief, "--generator", "template", "--wait", ok=3)
    first, second = done["candidates"]
    assert (first["origin"], second["origin"], second["parent"]) == (
        "generated", "regenerated", first["id"],
    )  # fmt: skip


def test_a_failed_run_is_4_with_its_reason(site):
    site.manage(
        "shell", "-c",
        "from tenants import scope; from tenants.models import Organization;"
        "from creatives.models import GeneratorProfile;"
        "o = Organization.objects.first();\n"
        "with scope.organization(o.pk): GeneratorProfile.objects.create(organization=o, "
        "name='nowhere', generator='transformers', options={'model': '/nowhere/model'})",
    )  # fmt: skip
    brief = {**GOOD, "name": "no model"}
    done = site.run_brief(brief, "--generator", "nowhere", "--wait", ok=4)
    assert done["run"]["status"] == "failed"
    assert "/nowhere/model" in done["run"]["error"]["message"]


def test_without_wait_the_run_is_queued(site):
    done = site.run_brief({**GOOD, "name": "queued"}, "--generator", "template")
    assert (done["run"]["status"], done["candidates"]) == ("queued", [])


def test_seed_and_brief_decide_the_text(site):
    texts = [
        site.run_brief({**GOOD, "name": f"seed {n}"}, "--generator", "template", "--wait")[
            "candidates"
        ][0]["text"]
        for n in range(2)
    ]
    assert texts[0] == texts[1]


BAD = [
    ({"language": "fr"}, "zh, en"),
    ({"market": "jp"}, "cn, us, uk, eu"),
    ({"category": "weapons"}, "food"),
    ({"placements": ["tiktok"]}, "weibo_post"),
    ({"placements": []}, "weibo_post"),
    ({"placements": "weibo_post"}, "weibo_post"),
    ({"count": 0}, "count"),
    ({"count": 51}, "count"),
    ({"count": True}, "count"),
    ({"seed": -1}, "seed"),
    ({"seed": 1.5}, "seed"),
    ({"client": ""}, "client"),
    ({"client": None}, "client"),
    ({"client": 3}, "client"),
    ({"product": "  "}, "product"),
    ({"audience": "长" * 1_000_000}, "audience"),
    ({"audience": "a\u0000b"}, "U+0000"),
    ({"key_messages": ["坏\ud800"]}, "U+D800"),
    ({"key_messages": "一句"}, "key_messages"),
    ({"key_messages": [""]}, "key_messages"),
    ({"must_include": ["长" * 201]}, "must_include"),
    ({"must_avoid": ["x"] * 51}, "must_avoid"),
    ({"facts": [{"kind": "rumour", "value": "x"}]}, "rumour"),
    ({"facts": "x"}, "facts"),
    ({"facts": [{"kind": "price", "value": "坏\ud800"}]}, "facts, entry 1: value"),
    ({"facts": [{"kind": "price", "value": "a\u0000b"}]}, "U+0000"),
    ({"facts": [{"kind": "price", "label": "\u001b", "value": "a"}]}, "label"),
    ({"client": "味源\n食品"}, "client"),
    ({"client": "坏\ud800"}, "client"),
    ({"product": "五谷\t燕麦"}, "product"),
    ({"campaign": "a\u2028b"}, "campaign"),
    ({"name": "a\u0000b"}, "name"),
    ({"name": "\u200b"}, "name"),
    ({"typo": 1}, "typo"),
    ({"category": "medicine"}, "'food'"),
]


@pytest.mark.parametrize(("change", "says"), BAD, ids=[str(change)[:40] for change, _ in BAD])
def test_a_bad_brief_is_2_and_says_what_is_wrong(site, change, says):
    before = site.query("SELECT count(*) FROM creatives_brief")
    code, error = _fails(site, {**GOOD, "name": "bad", **change})
    assert code == 2, error
    assert says in error
    assert "Traceback" not in error
    assert site.query("SELECT count(*) FROM creatives_brief") == before, "nothing half-done"


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"\xff\xfe", b'"x"', b"[" * 100_000], ids=range(6)
)
def test_what_is_no_brief_at_all_is_2(site, raw):
    code, error = _fails(site, raw)
    assert code == 2
    assert "Traceback" not in error


def test_unknown_profile_organization_and_file_are_2_with_the_valid_list(site):
    assert _fails(site, GOOD, "--generator", "nope")[0] == 2
    code, error = _fails(site, GOOD, "--organization", "nope")
    assert code == 2 and "copydesk" in error
    site.manage("run_brief", "/nowhere.json", ok=2)


def test_a_required_word_that_fits_no_field_is_refused_before_anything_runs(site):
    brief = {**GOOD, "placements": ["google_rsa"], "must_include": ["很" * 100]}
    code, error = _fails(site, brief)
    assert code == 2 and "google_rsa" in error


def test_a_refused_run_leaves_no_client_behind(site):
    brief = {
        **GOOD,
        "client": "NEWCLIENT",
        "placements": ["google_rsa"],
        "must_include": ["很" * 100],
    }
    assert _fails(site, brief)[0] == 2
    assert site.query("SELECT count(*) FROM tenants_client WHERE name = 'NEWCLIENT'") == [(0,)]


def test_a_closed_standard_error_disturbs_nothing(site):
    path = site.var / "closed.json"
    path.write_text(json.dumps({**GOOD, "name": "closed"}), encoding="utf-8")
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} manage.py run_brief {path} --generator template --wait --json 2>&-"],
        cwd=ROOT, env=site.env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout)["run"]["status"] == "succeeded"
