"""The gate of the product's papers: goods advertised only with a valid approval number."""

from collections.abc import Iterable, Mapping
from typing import Any

from compliance.base import Copy, Hit
from compliance.evidence import day, in_force

#: Categories whose advertisements are reviewed before publication.
REVIEWED = ("health_food", "medicine", "medical_device", "medical_service")

_STATUTE = "《中华人民共和国广告法》"


class FactCheck:
    """Looks in `Copy.facts` for an approval number that is still valid on `Copy.on`.

    `approvals` is a list of {"number": str, "expires": ISO date}, or `approval_number` with
    `approval_expires` stands for a single one. A number without an expiry date is valid;
    one whose expiry cannot be read as a date is not.
    """

    id = "facts"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield a hit if the category needs an approval and the facts show no valid one."""
        if copy.market != "cn" or copy.category not in REVIEWED:
            return
        approvals = list(_approvals(copy.facts))
        if not approvals:
            yield _hit("missing", "资料中没有审查批准文号", "the facts show no approval number")
        elif not any(in_force(expires, copy.on) for _, expires in approvals):
            yield _lapsed(approvals)


def _lapsed(approvals: list[tuple[str, object]]) -> Hit:
    """Return the finding on approvals none of which is in force: names the last to expire."""
    dated = [(last, number) for number, expires in approvals if (last := day(expires))]
    if dated:
        last, number = max(dated)
        return _hit(
            "expired",
            f"批准文号“{number}”已于 {last} 到期",
            f"the approval “{number}” expired on {last}",
        )
    number, expires = approvals[0]
    return _hit(
        "unreadable",
        f"批准文号“{number}”的有效期“{expires}”不是日期，应写作 2026-12-31",
        f"the expiry “{expires}” of the approval “{number}” is no date; write it as 2026-12-31",
    )


def _approvals(facts: Mapping[str, Any]) -> Iterable[tuple[str, object]]:
    listed = facts.get("approvals") or []
    single = {
        "number": facts.get("approval_number"),
        "expires": facts.get("approval_expires"),
    }
    for entry in [*listed, single]:
        number = str(entry.get("number") or "").strip()
        if number:
            yield number, entry.get("expires")


def _hit(rule: str, zh: str, en: str) -> Hit:
    return Hit(
        rule=f"facts.approval_{rule}",
        severity="evidence",
        field=0,
        start=0,
        end=0,
        text="",
        reason={
            "zh": f"该类商品的广告须在发布前经审查批准：{zh}",
            "en": f"Advertisements for this category need approval before publication: {en}",
        },
        suggestion={
            "zh": "在产品资料中填写有效的批准文号和有效期",
            "en": "Enter a valid approval number and its expiry in the product's facts",
        },
        statute=_STATUTE,
        article="46",
    )
