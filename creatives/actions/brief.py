"""A brief comes in: from a file or a form, checked at the edge, kept with what it names."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from compliance.words import (
    CATEGORIES,
    DEFAULT_MARKET,
    LANGUAGES,
    MARKETS,
    UnknownWord,
    known,
)
from creatives.errors import Refused
from creatives.models import Brief, Campaign, Placement, Product, ProductFact
from creatives.models.brief import MAX_COUNT
from creatives.transitions import record
from tenants.models import Client, Organization
from tenants.validators import clean_line, clean_text

Row = TypeVar("Row", bound=models.Model)
MAX_SEED = 2**53 - 1  # the largest whole number that JSON keeps exactly everywhere

#: What the JSON of a brief may hold, and what each is when left out. None: it must be there.
_TEXTS = {"client": None, "product": None, "campaign": "", "name": "", "audience": "", "tone": ""}
#: Those that name a record.
_NAMES = ("client", "product", "campaign", "name")
_LISTS = ("key_messages", "must_include", "must_avoid")
_KNOWN = {
    *_TEXTS, *_LISTS, "category", "language", "market", "placements", "count", "seed", "facts",
}  # fmt: skip


class BadBrief(ValueError):
    """A brief that cannot be taken; the message lists every fault with its field."""


@dataclass(frozen=True)
class Draft:
    """A brief as data, every word known and every text clean."""

    texts: dict[str, str]
    lists: dict[str, list[str]]
    category: str
    language: str
    market: str
    placements: tuple[str, ...]
    count: int
    seed: int | None
    facts: tuple[dict[str, Any], ...] = ()


def parse(data: object) -> Draft:
    """Return `data`, the JSON of a brief, as a draft; raise `BadBrief` naming every fault."""
    if not isinstance(data, dict):
        raise BadBrief("a brief is a JSON object")
    faults: list[str] = []
    if unknown := sorted(str(key) for key in set(data) - _KNOWN):
        faults.append(f"unknown field {', '.join(unknown)}; valid: {', '.join(sorted(_KNOWN))}")
    texts = {key: _text(data, key, default, faults) for key, default in _TEXTS.items()}
    lists = {key: _list(data, key, faults) for key in _LISTS}
    language = _word(data, "language", LANGUAGES, "zh", faults)
    draft = Draft(
        texts=texts,
        lists=lists,
        category=_word(data, "category", ("", *CATEGORIES), "", faults),
        language=language,
        market=_word(data, "market", MARKETS, DEFAULT_MARKET.get(language, "cn"), faults),
        placements=_placements(data, faults),
        count=_whole(data, "count", 3, 1, MAX_COUNT, faults) or 1,
        seed=_whole(data, "seed", None, 0, MAX_SEED, faults),
        facts=_facts(data, faults),
    )
    if faults:
        raise BadBrief("; ".join(faults))
    return draft


def save(draft: Draft, *, organization: Organization, by: Any = None) -> Brief:
    """Keep `draft`: the client, campaign and product it names are found by name, or made.

    Runs in the organization's scope. Raises `BadBrief` when a name is too long or a word of the
    brief fits no field of its placements.
    """
    client_name, product_name = draft.texts["client"], draft.texts["product"]
    try:
        with transaction.atomic():
            client = Client.objects.filter(organization=organization, name=client_name).first()
            if client is None:
                client = _made(Client(organization=organization, name=client_name), by)
            owners = {"organization_id": organization.pk, "client_id": client.pk}
            product = _product(draft, product_name, owners, by)
            campaign_name = draft.texts["campaign"] or product_name
            campaign = Campaign.objects.filter(client=client, name=campaign_name).first()
            if campaign is None:
                campaign = _made(Campaign(name=campaign_name, **owners), by)
            brief = _brief(draft, campaign, product, owners, by)
    except ValidationError as error:
        raise BadBrief(_faults(error)) from error
    return brief


def check_fits(brief: Brief, placements: list[Placement]) -> None:
    """Refuse a brief that no copy can meet: a required word longer than every field there is."""
    for placement in placements:
        if placement.retired:
            raise Refused("retired", _("Placement %(slug)s is retired.") % {"slug": placement.slug})
        for word in [*brief.must_include, *brief.client.required_words]:
            if all(spec.over(word) for spec in placement.spec.fields):
                raise Refused(
                    "unsatisfiable",
                    _("“%(word)s” must be included but is longer than every field of %(slug)s.")
                    % {"word": word[:60], "slug": placement.slug},
                )


def _brief(
    draft: Draft, campaign: Campaign, product: Product, owners: dict[str, int], by: Any
) -> Brief:
    brief = Brief(
        campaign=campaign, product=product, created_by=by,
        name=draft.texts["name"] or campaign.name,
        audience=draft.texts["audience"], tone=draft.texts["tone"],
        language=draft.language, market=draft.market, count=draft.count,
        **draft.lists, **owners,
    )  # fmt: skip
    _made(brief, by)
    brief.placements.set(Placement.objects.filter(slug__in=draft.placements))
    return brief


def _product(draft: Draft, name: str, owners: dict[str, int], by: Any) -> Product:
    """Return the client's product `name`, made if new; facts it lacks are added, none is changed."""
    product = Product.objects.filter(name=name, **owners).first()
    if product is None:
        product = _made(Product(name=name, category=draft.category or "other", **owners), by)
    elif draft.category not in ("", product.category):
        raise BadBrief(
            f"category: product {name!r} is {product.category!r}, not {draft.category!r}; "
            "change the product, or name another one"
        )
    known_facts = {(fact.kind, fact.label, fact.value) for fact in product.facts.all()}
    for number, fact in enumerate(draft.facts, start=1):
        if (fact["kind"], fact.get("label", ""), fact["value"]) in known_facts:
            continue
        try:
            _made(ProductFact(product=product, **fact, **owners), by)
        except ValidationError as error:
            raise BadBrief(f"facts, entry {number}: {_faults(error)}") from error
    return product


def _made(row: Row, by: Any) -> Row:
    row.full_clean(exclude=["organization", "client", "created_by"])
    row.save()
    record(row, "created", by=by)
    return row


def _faults(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return "; ".join(error.messages)
    return "; ".join(f"{key}: {' '.join(texts)}" for key, texts in error.message_dict.items())


def _text(data: dict[str, Any], key: str, default: str | None, faults: list[str]) -> str:
    value: object = data.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        faults.append(
            f"{key}: write a text" + ("" if default is not None else ", not an empty one")
        )
        return ""
    value = value.strip()
    try:
        if key in _NAMES:
            clean_line(key, value)
        else:
            clean_text(value)
    except ValidationError as error:
        faults.append(f"{key}: {' '.join(error.messages)}")
    return value


def _list(data: dict[str, Any], key: str, faults: list[str]) -> list[str]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        faults.append(f"{key}: write a list of texts")
        return []
    return value


def _word(
    data: dict[str, Any], key: str, valid: tuple[str, ...], default: str, faults: list[str]
) -> str:
    try:
        return known(key, data.get(key, default), valid)
    except UnknownWord as error:
        faults.append(str(error))
        return default


def _whole(
    data: dict[str, Any], key: str, default: int | None, low: int, high: int, faults: list[str]
) -> int | None:
    value = data.get(key, default)
    if value is None and key == "seed":
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        faults.append(f"{key}: write a whole number from {low} to {high}")
        return default
    return value


def _placements(data: dict[str, Any], faults: list[str]) -> tuple[str, ...]:
    wanted = data.get("placements")
    valid = tuple(Placement.objects.filter(retired=False).values_list("slug", flat=True))
    if not isinstance(wanted, list) or not wanted:
        faults.append(f"placements: write a list of at least one of {', '.join(valid)}")
        return ()
    for slug in wanted:
        try:
            known("placement", slug, valid)
        except UnknownWord as error:
            faults.append(str(error))
            return ()
    return tuple(dict.fromkeys(wanted))


def _facts(data: dict[str, Any], faults: list[str]) -> tuple[dict[str, Any], ...]:
    facts = data.get("facts", [])
    keys = {"kind", "label", "value", "expires_on"}
    if not isinstance(facts, list) or not all(
        isinstance(fact, dict)
        and {"kind", "value"} <= set(fact) <= keys
        and all(isinstance(value, str) for value in fact.values())
        for fact in facts
    ):
        faults.append('facts: write a list of {"kind", "value", "label"?, "expires_on"?}')
        return ()
    return tuple(facts)
