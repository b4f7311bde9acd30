"""Rows for tests, built through the real actions wherever there is one.

Every builder takes what it hangs on first and names the rest, with defaults that make sense:

    agency = builders.organization("north")
    writer = builders.member(agency, "writer", roles=["writer"])
    oats = builders.client(agency, "Oats", team=[writer])
    brief = builders.brief(oats, by=writer)
    run = builders.run(brief, by=writer)
    candidate = builders.candidate(run, "今天的早餐，一杯就好。")
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from creatives import gates
from creatives.actions import generate, publish, review
from creatives.actions.organization import create_organization
from creatives.fields import Fields, digest, plain
from creatives.models import (
    Brief,
    Campaign,
    Candidate,
    GeneratorProfile,
    Placement,
    Product,
    ProductFact,
    Publication,
    Report,
    Review,
    Run,
)
from creatives.states import CandidateStatus, Origin, RunStatus, Verdict
from creatives.transitions import move, record
from tenants import scope
from tenants.middleware import scope_for
from tenants.models import Client, ClientAssignment, Membership, Organization, User

PASSWORD = "a long enough password 4 tests"

#: Copy of each verdict under the rules of China.
CLEAN = "今天的早餐，一杯就好。"
EVIDENCE = "不含任何人工添加剂，纯天然。"
BLOCKED = "采用顶级天然成分。"


@contextmanager
def acting(user: User, organization: Organization | None = None) -> Iterator[None]:
    """Run the block in the scope that a request of `user` would have."""
    with scope.use(scope_for(user, organization.pk if organization else None)):
        yield


def organization(slug: str = "north", *, time_zone: str = "Asia/Shanghai") -> Organization:
    """An agency with its default generator profiles."""
    return create_organization(f"Agency {slug}", slug, time_zone)


def member(
    agency: Organization,
    name: str,
    *,
    roles: Iterable[str],
    languages: Iterable[str] = (),
    disciplines: Iterable[str] = (),
    superuser: bool = False,
) -> User:
    """A person, made when new, with one membership of `agency`."""
    user = User.objects.filter(username=name).first() or User.objects.create_user(
        name, password=PASSWORD, is_staff=True, is_superuser=superuser
    )
    Membership._base_manager.create(
        organization=agency, user=user, roles=list(roles), languages=list(languages),
        disciplines=list(disciplines),
    )  # fmt: skip
    return user


def superuser(name: str = "root") -> User:
    """A superuser without any membership."""
    return User.objects.create_superuser(name, password=PASSWORD)


def client(
    agency: Organization, name: str = "Oats", *, team: Iterable[User] = (), **rest: Any
) -> Client:
    """An advertiser with its team; `rest` are its columns, e.g. banned_words=[…]."""
    row = Client._base_manager.create(organization=agency, name=name, **rest)
    for user in team:
        assigned(row, user)
    return row


def assigned(to: Client, user: User) -> None:
    """Put `user` in the team of the client `to`."""
    ClientAssignment._base_manager.create(organization=to.organization, client=to, user=user)


def product(
    owner: Client,
    name: str = "燕麦奶",
    *,
    category: str = "food",
    facts: Iterable[dict[str, Any]] = (),
) -> Product:
    """A product of `owner` with its facts."""
    owners = {"organization_id": owner.organization_id, "client_id": owner.pk}
    row = Product._base_manager.create(name=name, category=category, **owners)
    for fact in facts:
        ProductFact._base_manager.create(product=row, **fact, **owners)
    return row


def brief(
    owner: Client,
    *,
    by: User | None = None,
    about: Product | None = None,
    placements: Iterable[str] = ("weibo_post",),
    language: str = "zh",
    market: str = "cn",
    name: str = "春季上新",
    count: int = 1,
    **rest: Any,
) -> Brief:
    """A brief of `owner` in a campaign of its own."""
    with scope.organization(owner.organization_id):
        about = about or Product.objects.filter(client=owner).first() or product(owner)
        campaign, _made = Campaign.objects.get_or_create(
            name=name, client=owner, organization_id=owner.organization_id
        )
        row = Brief(
            campaign=campaign, product=about, name=name, language=language, market=market,
            count=count, created_by=by, **rest, **about.owners,
        )  # fmt: skip
        row.full_clean(exclude=["organization", "client"])
        row.save()
        row.placements.set(Placement.objects.filter(slug__in=list(placements)))
        return row


def run(about: Brief, *, by: User | None = None, profile: str = "template", seed: int = 7) -> Run:
    """A run of `about`, requested by `by` (None: by the system), over and done with."""
    with scope.organization(about.organization_id):
        wanted = GeneratorProfile.objects.get(name=profile, organization_id=about.organization_id)
        row = generate.request_run(about, by=None, profile=wanted, seed=seed)
        Run.objects.filter(pk=row.pk).update(requested_by=by)
        row.requested_by = by
        row.inputs["model"] = "sha256:test"
        move(row, RunStatus.RUNNING, by=None, started_at=row.created_at, inputs=row.inputs)
        move(row, RunStatus.SUCCEEDED, by=None, finished_at=row.created_at, done=row.total)
        return row


def queued_run(about: Brief, *, by: User, profile: str = "template") -> Run:
    """A run that waits for its worker, requested by `by` through the real action."""
    with acting(by, about.organization):
        wanted = GeneratorProfile.objects.get(name=profile)
        return generate.request_run(about, by=by, profile=wanted, seed=7)


def candidate(
    of: Run,
    *texts: str,
    fields: Fields | None = None,
    parent: Candidate | None = None,
    placement: str = "",
    seed: int = 7,
) -> Candidate:
    """A candidate as a worker leaves it: checked by the gates, in review or blocked.

    `texts` fill the placement's fields in order; `fields` gives them with their names instead.
    """
    with scope.organization(of.organization_id):
        of = Run.objects.get(pk=of.pk)  # its brief, client and facts as they are now
        where = Placement.objects.get(slug=placement) if placement else of.brief.placements.first()
        names = [spec.name for spec in where.spec.fields]
        values = fields or [[name, text] for name, text in zip(names, texts, strict=False)]
        slot = Candidate.objects.filter(run=of, author=None).count()
        origin = Origin.REGENERATED if parent else Origin.GENERATED
        row = Candidate.objects.create(
            run=of, placement=where, origin=origin, parent=parent, slot=slot, seed=seed,
            language=of.brief.language, fields=values, text=plain(values), sha256=digest(values),
            meta={"model": "sha256:test"}, **of.owners,
        )  # fmt: skip
        record(row, origin, by=None, sha256=row.sha256)
        outcome, seconds = gates.judge(of.brief, where, values)
        gates.keep(row, outcome, seconds)
        blocked = row.verdict == Verdict.BLOCK
        move(row, CandidateStatus.BLOCKED if blocked else CandidateStatus.IN_REVIEW, by=None)
        return row


def shown(of: Candidate) -> dict[str, Any]:
    """What a form of the page carries: the digest and the report that its reader saw."""
    latest = Report._base_manager.filter(candidate=of).latest("id")
    return {"sha256": of.sha256, "report": latest.pk}


def approved(of: Candidate, *, by: User, reason: str = "看过，可以发") -> Review:
    """The approval of `of` by the reviewer `by`, through the real action."""
    with acting(by, of.organization):
        return review.approve(of, by=by, sha256=of.sha256, report_id=of.report.pk, reason=reason)


def edited(of: Candidate, *texts: str, by: User) -> Candidate:
    """An edit of `of` by `by`, through the real action."""
    with acting(by, of.organization):
        return review.edit(of, list(texts), by=by, sha256=of.sha256)


def published(of: Candidate, *, by: User, channel: str = "file") -> Publication:
    """A publication of the approved `of`, through the real action."""
    with acting(by, of.organization):
        return publish.publish(of, channel=channel, by=by)
