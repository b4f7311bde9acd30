"""The gate of the product's papers: goods advertised only as the regulator approved it.

Advertising for reviewed categories needs an approval number that is in force, shows that very number
if it shows one, and runs word for word as approved (广告法第四十六条, 互联网广告管理办法第七条,
药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法第九条、第十八条、第二十条).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.base import Copy, Hit, Severity
from compliance.evidence import day, in_force
from compliance.normalize import normalize

#: Categories whose advertisements are reviewed before publication.
REVIEWED = ("health_food", "medicine", "medical_device", "medical_service")

_ADVERTISING_LAW = "《中华人民共和国广告法》"
_INTERNET = "《互联网广告管理办法》"
_REVIEW = "《药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法》"

#: What a number of a regulator's approval contains: 广审 for drugs, devices and foods, 医广 for care.
_MARKS = ("广审", "医广")

#: How much of a difference is quoted, in code points.
_QUOTED = 20


class FactCheck:
    """Looks in `Copy.facts` for an approval that is in force on `Copy.on` and covers the text.

    `approvals` is a list of {"number": str, "expires": ISO date, "text": str}, or `approval_number`
    with `approval_expires` and `approval_text` stands for a single one. A number without an expiry
    date is valid; one whose expiry cannot be read as a date is not. `text` is what was approved, in
    one string or a list of them; an approval without it is not compared with the copy.
    """

    id = "facts"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield a hit if the category needs an approval and the facts show none that covers it."""
        if copy.market != "cn" or copy.category not in REVIEWED:
            return
        approvals = list(_approvals(copy.facts))
        valid = [one for one in approvals if in_force(one.expires, copy.on)]
        if not approvals:
            yield _hit("missing", "资料中没有审查批准文号", "the facts show no approval number")
        elif not valid:
            yield _lapsed(approvals)
        else:
            yield from _strange_number(copy, valid)
            yield from _changed(copy, valid)


@dataclass(frozen=True, slots=True)
class _Approval:
    """A regulator's approval as the facts tell it; `text` is "" where what was approved is not told."""

    number: str
    expires: object
    text: str


def _approvals(facts: Mapping[str, Any]) -> Iterator[_Approval]:
    listed = facts.get("approvals") or []
    single = {
        "number": facts.get("approval_number"),
        "expires": facts.get("approval_expires"),
        "text": facts.get("approval_text"),
    }
    for entry in [*listed, single]:
        number = str(entry.get("number") or "").strip()
        text = entry.get("text") or ""
        if number:
            told = text if isinstance(text, str) else "".join(str(part) for part in text)
            yield _Approval(number, entry.get("expires"), told)


def _lapsed(approvals: list[_Approval]) -> Hit:
    """Return the finding on approvals none of which is in force: names the last to expire."""
    dated = [(last, one.number) for one in approvals if (last := day(one.expires))]
    if dated:
        last, number = max(dated)
        return _hit(
            "expired",
            f"批准文号“{number}”已于 {last} 到期",
            f"the approval “{number}” expired on {last}",
        )
    first = approvals[0]
    return _hit(
        "unreadable",
        f"批准文号“{first.number}”的有效期“{first.expires}”不是日期，应写作 2026-12-31",
        f"the expiry “{first.expires}” of the approval “{first.number}” is no date; "
        "write it as 2026-12-31",
    )


def _strange_number(copy: Copy, valid: list[_Approval]) -> Iterator[Hit]:
    """Yield a hit where the copy shows a number of approval, but none of those in force."""
    text = "".join(normalize(field.text).squeezed for field in copy.fields)
    mark = next((mark for mark in _MARKS if mark in text), "")
    if mark and not any(normalize(one.number).squeezed in text for one in valid):
        numbers = "、".join(one.number for one in valid)
        yield _hit(
            "other_number",
            f"文案所写的文号不是资料中有效的批准文号：{numbers}",
            f"the number in the copy is none of the approvals in force: {numbers}",
            statute=_ADVERTISING_LAW if copy.category == "medical_service" else _REVIEW,
            article="46" if copy.category == "medical_service" else "9",
        )


def _changed(copy: Copy, valid: list[_Approval]) -> Iterator[Hit]:
    """Yield the first place at which the copy is not what was approved, spaces and numbers aside."""
    approved = [one for one in valid if one.text]
    if not approved:
        return
    numbers = tuple(one.number for one in valid)
    published = _Plain.of(copy, numbers)
    wanted = [(one, _without(one.text, numbers)) for one in approved]
    if any(text == published.text for _, text in wanted):
        return
    one, text = max(wanted, key=lambda pair: _shared(pair[1], published.text))
    yield _difference(copy, one, text, published)


def _difference(copy: Copy, approval: _Approval, wanted: str, published: "_Plain") -> Hit:
    at = _shared(wanted, published.text)
    rest = min(len(wanted), len(published.text)) - at
    same = min(rest, _shared(wanted[at:][::-1], published.text[at:][::-1]))
    was, now = wanted[at : len(wanted) - same], published.text[at : len(published.text) - same]
    field, start, end = published.span(at, at + len(now))
    return _hit(
        "text_changed",
        f"文案与批准文号“{approval.number}”审查通过的内容不一致，首处不同：审查通过的为“{_cut(was)}”，"
        f"现为“{_cut(now)}”",
        f"the copy is not what was approved under “{approval.number}”; first difference: approved "
        f"“{_cut(was)}”, now “{_cut(now)}”",
        severity="block",
        place=(field, start, end),
        text=copy.fields[field].text[start:end] if copy.fields else "",
        suggestion={
            "zh": "改回审查通过的内容，或者重新申请广告审查",
            "en": "Restore what was approved, or apply for a new review",
        },
        statute=_INTERNET if copy.category == "medical_service" else _REVIEW,
        article="7" if copy.category == "medical_service" else "20",
    )


@dataclass(frozen=True, slots=True)
class _Plain:
    """A copy's text without spaces and approval numbers; `places` are field and offset of each sign."""

    text: str
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, copy: Copy, numbers: tuple[str, ...]) -> "_Plain":
        signs, places = [], []
        for index, field in enumerate(copy.fields):
            for offset, sign in enumerate(field.text):
                if not sign.isspace():
                    signs.append(sign)
                    places.append((index, offset))
        text = "".join(signs)
        for number in _bare(numbers):
            at = text.find(number)
            while at >= 0:
                text = text[:at] + text[at + len(number) :]
                del places[at : at + len(number)]
                at = text.find(number, at)
        return cls(text, tuple(places))

    def span(self, start: int, end: int) -> tuple[int, int, int]:
        """Return field, start and end in it of text[start:end], cut at the field's end."""
        if start == end or not self.places:
            return 0, 0, 0
        field, first = self.places[start]
        inside = [offset for index, offset in self.places[start:end] if index == field]
        return field, first, inside[-1] + 1


def _bare(numbers: tuple[str, ...]) -> list[str]:
    bare = {"".join(number.split()) for number in numbers}
    return sorted(bare, key=lambda number: (-len(number), number))


def _without(text: str, numbers: tuple[str, ...]) -> str:
    text = "".join(text.split())
    for number in _bare(numbers):
        text = text.replace(number, "")
    return text


def _shared(one: str, other: str) -> int:
    """Return how many signs two strings have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def _hit(
    rule: str,
    zh: str,
    en: str,
    *,
    severity: Severity = "evidence",
    place: tuple[int, int, int] = (0, 0, 0),
    text: str = "",
    suggestion: Mapping[str, str] | None = None,
    statute: str = _ADVERTISING_LAW,
    article: str = "46",
) -> Hit:
    field, start, end = place
    return Hit(
        rule=f"facts.approval_{rule}",
        severity=severity,
        field=field,
        start=start,
        end=end,
        text=text,
        reason={
            "zh": f"该类商品的广告须在发布前经审查批准：{zh}",
            "en": f"Advertisements for this category need approval before publication: {en}",
        },
        suggestion=suggestion
        or {
            "zh": "在产品资料中填写有效的批准文号和有效期",
            "en": "Enter a valid approval number and its expiry in the product's facts",
        },
        statute=statute,
        article=article,
        penalty="cn_adlaw_58",
    )
