"""The rules in force, and the playground."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from compliance import packs
from compliance.words import DEFAULT_MARKET, LANGUAGES, MARKETS
from creatives.models.brief import Language, Market
from creatives.models.product import Category
from creatives.workbench import rules
from creatives.workbench.access import desk


@desk
def pack_list(request: HttpRequest) -> HttpResponse:
    """List the packs in force, and say when a newer one was refused."""
    context = {"packs": rules.pack_list(), "refused": packs.refused()}
    return render(request, "workbench/packs.html", context)


@desk
def pack_page(request: HttpRequest, name: str) -> HttpResponse:
    """List the rules of one pack with their records."""
    pack = rules.find_pack(name)
    if pack is None:
        raise Http404
    return render(request, "workbench/pack.html", {"pack": pack, "rules": rules.rule_lines(pack)})


@desk
def rule_page(request: HttpRequest, name: str, rule: str) -> HttpResponse:
    """Show one rule: what it sees, the law in its own words, what would clear it."""
    pack = rules.find_pack(name)
    found = next((one for one in pack.rules if one.id == rule), None) if pack else None
    if pack is None or found is None:
        raise Http404
    return render(request, "workbench/rule.html", rules.rule_page(pack, found))


@desk
def playground(request: HttpRequest) -> HttpResponse:
    """Check pasted text. A POST by the page's script gets the findings alone; nothing is kept."""
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("text", "")
    context: dict[str, object] = {
        "text": text,
        "choices": {
            "language": Language.choices,
            "market": Market.choices,
            "category": [("", _("by the product's name")), *Category.choices],
            "channel": [("", _("any")), *((one, one) for one in rules.channels())],
        },
        "asked": _asked(asked),
        "product": asked.get("product", "")[:120],
    }
    if len(text) > rules.MOST_PLAYED:  # a part of it could pass where the whole is blocked
        context["too_long"] = {"length": len(text), "most": rules.MOST_PLAYED}
    elif text.strip():
        context |= rules.play(text, product=str(context["product"]), **_asked(asked))
    part = request.headers.get("HX-Request") == "true"
    template = "workbench/played.html" if part else "workbench/playground.html"
    return render(request, template, context)


def _asked(asked: object) -> dict[str, str]:
    """Return what was chosen, with the interface's language and its market where nothing was."""
    get = asked.get  # type: ignore[attr-defined]
    here = "zh" if (get_language() or "").startswith("zh") else "en"
    language = get("language") if get("language") in LANGUAGES else here
    market = get("market") if get("market") in MARKETS else DEFAULT_MARKET[language]
    category = get("category") if get("category") in Category.values else ""
    channel = get("channel") if get("channel") in rules.channels() else ""
    return {"language": language, "market": market, "category": category, "channel": channel}
