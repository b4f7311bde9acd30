"""The gate of the placement: which fields there are, how many values, and how long each may be."""

from collections import Counter
from collections.abc import Iterable

from compliance.base import Copy, FieldSpec, Hit, PlacementSpec, Severity
from compliance.counting import length

_UNITS = {
    "characters": {"zh": "个字符", "en": "characters"},
    "display_width": {
        "zh": "个显示宽度（汉字计 2）",
        "en": "columns of display width (a Chinese character is 2)",
    },
    "bytes": {"zh": "个字节（UTF-8）", "en": "bytes (UTF-8)"},
}


class LimitCheck:
    """Holds a copy against the schema of its placement. A value of spaces only is no value.

    What breaks the schema blocks; a value beyond a limit that is not firm is warned of.
    """

    id = "limits"

    def hits(self, copy: Copy) -> Iterable[Hit]:
        """Yield a hit for each value that is unknown or too long, and for each wrong count."""
        spec = copy.placement
        if spec is None:
            return
        counts: Counter[str] = Counter()
        for index, value in enumerate(copy.fields):
            field = spec.spec(value.name)
            if field is None:
                yield _unknown(spec, index, value.name, value.text)
                continue
            if not value.text.strip():
                continue
            counts[value.name] += 1
            if counts[value.name] == field.most + 1:
                yield _count(
                    "too_many",
                    field,
                    index,
                    sum(f.name == field.name for f in copy.fields),
                )
            if field.over(value.text):
                yield _over(field, index, value.text)
            elif length(value.text, field.counting) < field.floor:
                yield _short(field, index, value.text)
        for field in spec.fields:
            if counts[field.name] < field.least:
                yield _count("too_few", field, _first(copy, field.name), counts[field.name])


def _first(copy: Copy, name: str) -> int:
    return next((index for index, value in enumerate(copy.fields) if value.name == name), 0)


def fitting(text: str, field: FieldSpec) -> int:
    """Return how many code points of `text`, from its start, fit the limit of `field`."""
    if field.counting == "characters":
        return min(len(text), field.limit)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if field.over(text[:middle]) == 0 else (low, middle - 1)
    return low


def _over(field: FieldSpec, index: int, text: str) -> Hit:
    if not field.firm:
        return _cut_off(field, index, text)
    start, over, unit = fitting(text, field), field.over(text), _UNITS[field.counting]
    return _hit(
        "over_limit",
        index,
        (start, len(text), text[start:]),
        {
            "zh": f"{field.label['zh']}最多 {field.limit} {unit['zh']}，超出 {over}",
            "en": f"{field.label['en']} holds at most {field.limit} {unit['en']}; {over} too many",
        },
        {"zh": "删短到上限以内", "en": "Shorten it to the limit"},
    )


def _cut_off(field: FieldSpec, index: int, text: str) -> Hit:
    start, over, unit = fitting(text, field), field.over(text), _UNITS[field.counting]
    return _hit(
        "over_limit",
        index,
        (start, len(text), text[start:]),
        {
            "zh": f"平台建议{field.label['zh']}不超过 {field.limit} {unit['zh']}，超出 {over}："
            "可以发布，但这一部分在信息流中会被截断",
            "en": f"For {field.label['en']} the platform recommends at most {field.limit} "
            f"{unit['en']}; {over} more: accepted, but this part is cut off in the feed",
        },
        {
            "zh": "删短，或把要紧的话放在前面",
            "en": "Shorten it, or say what matters first",
        },
        severity="warn",
    )


def _short(field: FieldSpec, index: int, text: str) -> Hit:
    unit = _UNITS[field.counting]
    return _hit(
        "too_short",
        index,
        (0, len(text), text),
        {
            "zh": f"{field.label['zh']}至少 {field.floor} {unit['zh']}",
            "en": f"{field.label['en']} needs at least {field.floor} {unit['en']}",
        },
        {"zh": "补足内容", "en": "Write more"},
    )


def _unknown(spec: PlacementSpec, index: int, name: str, text: str) -> Hit:
    names = ", ".join(field.name for field in spec.fields)
    return _hit(
        "unknown_field",
        index,
        (0, len(text), text),
        {
            "zh": f"{spec.label['zh']}没有字段“{name}”；可用：{names}",
            "en": f"{spec.label['en']} has no field “{name}”; it has: {names}",
        },
        {"zh": "改用该版位的字段", "en": "Use the placement's fields"},
    )


def _count(rule: str, field: FieldSpec, index: int, count: int) -> Hit:
    few = rule == "too_few"
    bound = field.least if few else field.most
    return _hit(
        rule,
        index,
        (0, 0, ""),
        {
            "zh": f"{field.label['zh']}{'至少' if few else '最多'} {bound} 条，现有 {count} 条",
            "en": f"{field.label['en']}: {'at least' if few else 'at most'} {bound}, not {count}",
        },
        {
            "zh": "补写" if few else "删去多余的",
            "en": "Write more values" if few else "Drop the rest",
        },
        subject=field.name,
    )


def _hit(
    rule: str,
    index: int,
    span: tuple[int, int, str],
    reason: dict[str, str],
    suggestion: dict[str, str],
    severity: Severity = "block",
    subject: str = "",
) -> Hit:
    start, end, text = span
    return Hit(
        rule=f"placement.{rule}",
        severity=severity,
        field=index,
        start=start,
        end=end,
        text=text,
        reason=reason,
        suggestion=suggestion,
        subject=subject,
    )
