"""What was found out about regexes is left for the next process, and nothing relies on it."""

import json

import pytest

from compliance import memo


@pytest.fixture
def length(monkeypatch):
    """A function of our own that is kept, beside none of the engine's."""
    for name in ("_known", "_read", "_written"):
        monkeypatch.setattr(memo, name, {})
    monkeypatch.setattr(memo, "_news", set())
    monkeypatch.setattr(memo, "_file", [])
    monkeypatch.setattr(memo, "_left", {})
    asked = []

    @memo.kept("length", int, int)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    length.asked = asked
    return length


def forgotten():
    for known in memo._known.values():
        known.clear()


def test_what_was_found_out_is_kept_for_the_next_process(length, tmp_path) -> None:
    file = tmp_path / "cache" / "rules.json"
    memo.use(file)
    assert length("abc") == 3
    memo.write_down()
    forgotten()
    memo.use(file)
    assert length("abc") == 3
    assert length.asked == ["abc"]


@pytest.mark.parametrize(
    "content", ["", "[]", '{"length": {}}', '{"version": "VERSION", "length": 3}', "{",
                '{"version": "VERSION", "length": {"x": "y"}}'],
)  # fmt: skip
def test_a_broken_file_is_passed_by(length, tmp_path, caplog, content) -> None:
    file = tmp_path / "rules.json"
    file.write_text(content.replace("VERSION", memo.version()), "utf-8")
    memo.use(file)
    assert length("abc") == 3
    assert "written anew" in caplog.text


def test_what_another_version_left_is_not_taken_over(length, tmp_path) -> None:
    file = tmp_path / "rules.json"
    file.write_text('{"version": "0", "length": {}}', "utf-8")
    memo.use(file)
    assert length("abc") == 3


def test_a_place_that_cannot_be_written_stops_nothing(length, tmp_path, caplog) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    memo.use(tmp_path / "file" / "rules.json")
    length("abc")
    memo.write_down()
    assert "slower" in caplog.text


def test_without_a_file_nothing_is_written(length, tmp_path) -> None:
    memo.use(None)
    length("abc")
    memo.write_down()
    assert list(tmp_path.iterdir()) == []


def test_what_is_asked_by_a_module_imported_later_is_taken_over_too(length, tmp_path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"version": memo.version(), "late": {}}), "utf-8")
    memo.use(file)
    asked = []

    @memo.kept("late", int, int)
    def late(text: str) -> int:
        asked.append(text)
        return len(text)

    assert late("abc") == 3
    memo.write_down()
    memo._known["late"].clear()
    memo.use(file)
    assert late("abc") == 3
    assert asked == ["abc"]


def test_what_nobody_asked_for_stays_in_the_file(length, tmp_path) -> None:
    file = tmp_path / "rules.json"
    left = {"version": memo.version(), "other": {"x": 1}, "length": {}}
    file.write_text(json.dumps(left), "utf-8")
    memo.use(file)
    length("abc")
    memo.write_down()
    assert json.loads(file.read_text("utf-8"))["other"] == {"x": 1}
