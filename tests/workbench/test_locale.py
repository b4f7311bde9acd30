"""Chinese and English are equal: every string of the tree is in the catalogue, whole and translated."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("tenants", "creatives", "compliance", "generators", "plugins", "config")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
#: What `templatize` leaves of a template: calls among fillers that are no Python.
CALL = re.compile(r"\b(?:_|n?p?gettext)\((?:[^()]|\([^()]*\))*\)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue() -> list[Message]:
    path = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
    return [message for message in read_po(io.BytesIO(path.read_bytes())) if message.id]


def strings() -> Iterator[tuple[str, str]]:
    """Yield (file, string) of everything that the code and the templates would translate."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix == ".py":
                source = path.read_bytes()
            elif path.suffix == ".html":
                calls = CALL.findall(templatize(path.read_text("utf-8")))
                source = "\n".join(calls).encode()
            else:
                continue
            options = {"encoding": "utf-8"}
            for _line, found, _comments, _context in extract(
                "python", io.BytesIO(source), KEYWORDS, options=options
            ):
                first = found if isinstance(found, str) else found[0]
                yield str(path.relative_to(ROOT)), first


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_string_is_in_the_catalogue() -> None:
    known, found = {key(message) for message in catalogue()}, list(strings())
    assert {".py", ".html"} == {Path(path).suffix for path, _string in found}
    missing = sorted({(string, path) for path, string in found if string not in known})
    assert not missing, "run makemessages and translate: " + "; ".join(map(str, missing))


def test_no_translation_is_missing_or_guessed() -> None:
    assert not [key(m) for m in catalogue() if m.fuzzy or not all(texts(m))]


def test_translations_keep_their_placeholders() -> None:
    wrong = [
        key(message)
        for message in catalogue()
        for text in texts(message)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(key(message)))
    ]
    assert not wrong


def test_the_interface_speaks_one_language_in_a_file() -> None:
    """A Chinese translation that is the English string was forgotten; names of formats are not."""
    same = [key(m) for m in catalogue() if key(m) in texts(m)]
    assert same == []


#: Strings that Django translates otherwise, on purpose.
OURS = {"Log out", "English"}


def test_no_translation_changes_a_word_of_djangos_own_pages() -> None:
    """Our catalogue wins over Django's: a word used in another sense would change the admin."""
    mine = {key(m): texts(m)[0] for m in catalogue() if not m.context}
    changed = {
        message.id
        for path in Path(django.__file__).parent.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
        for message in read_po(io.BytesIO(path.read_bytes()))
        if message.id and isinstance(message.id, str) and not message.context
        if message.id in mine and message.string != mine[message.id]
    }
    assert changed == OURS
