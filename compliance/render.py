"""A report as text for a terminal: each finding under its line, with carets and the law."""

import unicodedata
from collections.abc import Iterator

from compliance.base import Copy, Hit, NotFlagged, Report
from compliance.counting import display_width

#: Lines longer than this many code points are shown as an excerpt around the finding.
LONGEST = 160
_AROUND = 40

_WORDS = {
    "zh": {
        "verdict": "结论",
        "block": "禁止发布",
        "evidence": "须有依据",
        "warn": "请复核",
        "info": "提示",
        "pass": "通过",
        "line": "第 {line} 行",
        "field": "{name} 第 {line} 行",
        "whole": "全文",
        "law": "{statute}第 {article} 条",
        "suggestion": "建议",
        "undone": "已还原的伪装",
        "released": "未标记",
        "packs": "规则包",
        "category": "商品类别（由“{word}”推断）",
    },
    "en": {
        "verdict": "Verdict",
        "block": "must not go out",
        "evidence": "only with substantiation",
        "warn": "look at it",
        "info": "note",
        "pass": "pass",
        "line": "line {line}",
        "field": "{name}, line {line}",
        "whole": "whole text",
        "law": "{statute}, article {article}",
        "suggestion": "Suggestion",
        "undone": "Disguise removed",
        "released": "Not flagged",
        "packs": "Rule packs",
        "category": "Product category (inferred from “{word}”)",
    },
}
_TRICKS = {
    "zh": {
        "width": "全角",
        "case": "大小写",
        "zero_width": "零宽字符",
        "symbols": "插入符号",
        "spaces": "插入空格",
        "traditional": "繁体字",
        "look_alikes": "形近字符",
        "numbers": "数字写法",
        "leet": "以数字或符号代替字母",
        "repeats": "重复字符",
        "split": "拆字",
        "pinyin": "拼音",
        "homophones": "同音字",
    },
    "en": {
        "zero_width": "zero-width",
        "look_alikes": "look-alikes",
        "leet": "digits and signs for letters",
        "split": "split characters",
    },
}


def render(copy: Copy, report: Report, *, language: str) -> str:
    """Return `report` on `copy` as text in `language` ("zh" or "en"), no line feed at the end.

    Carets stand under the span by display width, so a Chinese character takes two.
    """
    return "\n".join(_lines(copy, report, _WORDS[language], language))


def _lines(copy: Copy, report: Report, words: dict[str, str], language: str) -> Iterator[str]:
    yield f"{words['verdict']}: {report.verdict} ({words[report.verdict]})"
    for hit in report.hits:
        yield ""
        yield f"{_place(copy, hit, words)}  {hit.severity} ({words[hit.severity]})  {hit.rule}"
        yield from _excerpt(copy, hit)
        law = words["law"].format(statute=hit.statute, article=hit.article) if hit.statute else ""
        yield "  " + (f"{law}: " if law else "") + hit.reason[language]
        yield f"  {words['suggestion']}: {hit.suggestion[language]}"
        if hit.undone:
            tricks = ", ".join(_TRICKS[language].get(trick, trick) for trick in hit.undone)
            yield f"  {words['undone']}: {tricks}"
    for one in report.not_flagged:
        yield ""
        yield f"{_place(copy, one, words)}  {words['released']}  {one.rule}"
        yield from _excerpt(copy, one)
        yield f"  {one.because[language]}"
    yield ""
    if report.inferred:
        yield f"{words['category'].format(word=_visible(report.inferred))}: {report.category}"
    yield f"{words['packs']}: " + ", ".join(f"{pack.name} {pack.version}" for pack in report.packs)


def _place(copy: Copy, one: Hit | NotFlagged, words: dict[str, str]) -> str:
    if one.start == one.end:
        return words["whole"]
    line = copy.fields[one.field].text.count("\n", 0, one.start) + 1
    if len(copy.fields) == 1:
        return words["line"].format(line=line)
    return words["field"].format(name=copy.fields[one.field].name, line=line)


def _excerpt(copy: Copy, one: Hit | NotFlagged) -> Iterator[str]:
    """Yield the line of the span, or a part of it, and the carets under the span."""
    if one.start == one.end:
        return
    text = copy.fields[one.field].text
    begin = text.rfind("\n", 0, one.start) + 1
    stop = text.find("\n", one.start)
    stop = len(text) if stop < 0 else stop
    end = min(one.end, stop)
    cut = stop - begin > LONGEST
    low = max(begin, one.start - _AROUND) if cut else begin
    high = min(stop, max(low + LONGEST, one.start + 1)) if cut else stop
    end = min(end, high)
    before = ("…" if low > begin else "") + _visible(text[low : one.start])
    span, after = _visible(text[one.start : end]), _visible(text[end:high])
    yield f"  {before}{span}{after}{'…' if high < stop else ''}"
    yield "  " + " " * display_width(before) + "^" * max(1, display_width(span))


def _visible(text: str) -> str:
    """Return `text` with what a terminal would not show, or would obey, as one replacement each."""
    return "".join(
        "\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Mn", "Me", "Co") else char
        for char in text
    )
