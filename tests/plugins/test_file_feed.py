"""The file feed's format, as docs/operations.md describes it for the programs that read it."""

import csv
import hashlib
import json

import pytest

from creatives.channels.base import Item
from creatives.fields import digest
from plugins.file_feed import CHANNEL


@pytest.fixture
def feed(tmp_path):
    """A folder with one live item, one field of which a spreadsheet would run."""
    fields = (("headline", '=HYPERLINK("x")'), ("headline", "-20% 优惠"), ("body", "好，\n“早餐”"))
    item = Item(
        key="p1", feed="1/2", sha256=digest([list(pair) for pair in fields]), fields=fields,
        placement="google_rsa", language="zh", meta={},
    )  # fmt: skip
    CHANNEL.publish(item, root=tmp_path)
    return tmp_path / "1" / "2"


def test_the_digest_is_that_of_the_fields_in_the_json_as_documented(feed):
    items = json.loads((feed / "feed.json").read_bytes())["items"]
    assert items == [json.loads((feed / "items/p1.json").read_bytes())]
    assert set(items[0]) == {"key", "placement", "language", "fields", "sha256", "meta"}
    data = json.dumps(items[0]["fields"], ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(data).hexdigest() == items[0]["sha256"]


def test_the_csv_is_for_people_and_runs_nothing(feed):
    with (feed / "feed.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["key", "placement", "language", "number", "field", "text", "sha256"]
    assert [row[5] for row in rows] == ['\'=HYPERLINK("x")', "'-20% 优惠", "好，\n“早餐”"]
    assert len({row[6] for row in rows}) == 1
