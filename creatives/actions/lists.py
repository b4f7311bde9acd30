"""A list, a fact, a paper or a category has changed: what was approved under the old one is judged again."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from compliance import packs
from compliance.evidence import FRESH_DAYS
from creatives.actions import pictures
from creatives.actions.recheck import recheck
from creatives.models import (
    AllowedPhrase,
    Asset,
    Candidate,
    Event,
    Product,
    ProductFact,
    Substantiation,
)
from creatives.transitions import record
from tenants.models import Client, Organization

#: The columns that the gates read.
CLIENT_COLUMNS = frozenset({"banned_words", "required_words"})
PRODUCT_COLUMNS = frozenset({"name", "category"})


def client_changed(client: Client) -> list[Candidate]:
    """Judge the client's pictures and open copy again; return what fell. Call it after the commit."""
    pictures.rejudge(Asset.objects.filter(client=client))
    return recheck(Candidate.objects.filter(client=client))


def product_changed(product: Product) -> list[Candidate]:
    """Judge the product's pictures and open copy again; return what fell. Call it after the commit."""
    pictures.rejudge(Asset.objects.filter(product=product))
    return recheck(Candidate.objects.filter(run__brief__product=product))


def rules_changed() -> list[Candidate]:
    """Judge all pictures and open copy that the scope in force sees again; return what fell."""
    pictures.rejudge(Asset.objects.all())
    return recheck(Candidate.objects.all())


def lapse(organization: Organization) -> int:
    """Judge again what rests on a day that is over; return how many approvals fell.

    The sweeper's part: nobody changes anything on the day on which a paper, an approval number or an
    allowed phrase expires, or a rule begins or ends. Each such day is acted on once.
    """
    today = _today(organization)
    return _papers_over(organization, today) + _days_over(organization, today)


def _papers_over(organization: Organization, today: date) -> int:
    over = Substantiation.objects.filter(
        Q(lapsed_on=None) | ~Q(lapsed_on=F("valid_until")),
        organization=organization, valid_until__lt=today,
    )  # fmt: skip
    fallen = 0
    for paper in over.select_related("claim__product"):
        fallen += len(product_changed(paper.claim.product))
        record(paper, "expired", by=None)
        Substantiation.objects.filter(pk=paper.pk).update(lapsed_on=paper.valid_until)
    return fallen


def _days_over(organization: Organization, today: date) -> int:
    """Judge again what other dates touch that passed since the last time, which an event keeps.

    A day on which nothing ends or begins leaves no event: the next one looks at it too.
    """
    marks = Event.objects.filter(subject_type="organization", subject_id=organization.pk)
    last = marks.filter(verb="days_over").order_by("-pk").first()
    since = date.fromisoformat(last.data["day"]) if last else date.min
    if since == today:
        return 0
    over = (since, today - timedelta(days=1))  # last days that were not over then, and are now
    # The calendar goes back when the agency moves to another time zone.
    everything = since > today or _rules_turned(since, today)
    if everything or AllowedPhrase.objects.filter(expires_on__range=over).exists():
        fallen = rules_changed()
    elif products := list(_products_over(over)):
        fallen = [row for product in products for row in product_changed(product)]
    else:
        return 0
    record(organization, "days_over", by=None, day=today.isoformat())
    return len(fallen)


def _rules_turned(since: date, today: date) -> bool:
    """Tell whether a rule in force began or ended after `since`, up to `today`."""
    then, now = since.isoformat(), today.isoformat()
    return any(
        then < rule.since <= now or then <= rule.until < now
        for pack in packs.installed()
        for rule in pack.rules
    )


def _products_over(over: tuple[date, date]) -> QuerySet[Product]:
    """Return the products with an approval number, or a paper that speaks of the present, run out."""
    first, final = (max(day.toordinal() - FRESH_DAYS, 1) for day in over)
    aged = (date.fromordinal(first), date.fromordinal(final))
    numbers = ProductFact.objects.filter(expires_on__range=over)
    papers = Substantiation.objects.filter(valid_until=None, dated_on__range=aged)
    stale = Q(pk__in=numbers.values("product")) | Q(pk__in=papers.values("claim__product"))
    return Product.objects.filter(stale)


def _today(organization: Organization) -> date:
    return timezone.now().astimezone(ZoneInfo(organization.time_zone)).date()
