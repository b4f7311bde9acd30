"""What is sold, the facts that copy may state, and the pictures that go with it."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.pictures import Box, Line, Reading
from creatives.states import ASSET_MOVES, AssetStatus, Verdict
from tenants.models import ClientModel
from tenants.validators import clean_line, clean_long_text


class Category(models.TextChoices):
    """The fixed words of `compliance.words.CATEGORIES`, with their names for people."""

    FOOD = "food", _("Food")
    HEALTH_FOOD = "health_food", _("Health food")
    COSMETICS = "cosmetics", _("Cosmetics")
    MEDICINE = "medicine", _("Medicine")
    MEDICAL_DEVICE = "medical_device", _("Medical device")
    MEDICAL_SERVICE = "medical_service", _("Medical service")
    INFANT = "infant", _("Infant")
    EDUCATION = "education", _("Education")
    FINANCE = "finance", _("Finance")
    REAL_ESTATE = "real_estate", _("Real estate")
    ALCOHOL = "alcohol", _("Alcohol")
    TOBACCO = "tobacco", _("Tobacco and vapes")
    GAMBLING = "gambling", _("Lottery and betting")
    AGRICULTURE = "agriculture", _("Agriculture")
    PET = "pet", _("Pets")
    APPAREL = "apparel", _("Apparel")
    ELECTRONICS = "electronics", _("Electronics")
    HOME = "home", pgettext_lazy("product category", "Home")
    AUTOMOTIVE = "automotive", _("Automotive")
    TRAVEL = "travel", _("Travel")
    SERVICES = "services", _("Services")
    OTHER = "other", _("Other")


class Product(ClientModel):
    """A product of a client; prompts and gates read its category and facts."""

    name = models.CharField(_("name"), max_length=120)
    category = models.CharField(
        _("category"), max_length=20, choices=Category.choices, default=Category.OTHER
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="product_name_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        clean_line("name", self.name)


MAX_LABEL = 60
MAX_VALUE = 300


class FactKind(models.TextChoices):
    PRICE = "price", _("Price")
    SPECIFICATION = "specification", _("Specification")
    INGREDIENT = "ingredient", _("Ingredient")
    APPROVAL_NUMBER = "approval_number", _("Approval number")
    FEATURE = "feature", _("Feature")


class ProductFact(ClientModel):
    """One fact of a product. Copy may state it; what no fact carries is the writer's own claim."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="facts", verbose_name=_("product")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FactKind.choices)
    label = models.CharField(_("label"), max_length=MAX_LABEL, blank=True)
    value = models.CharField(_("value"), max_length=MAX_VALUE)
    expires_on = models.DateField(
        _("expires"), null=True, blank=True, help_text=_("Of an approval number: its last day.")
    )
    approved_text = models.TextField(
        _("approved text"), blank=True, max_length=4000,
        help_text=_("Of an approval number: the copy as the regulator approved it. No other goes out."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.label or self.get_kind_display()}: {self.value}"

    def clean(self) -> None:
        clean_long_text("label", self.label, MAX_LABEL)
        clean_long_text("value", self.value, MAX_VALUE)
        if self.kind == FactKind.APPROVAL_NUMBER and not self.expires_on:
            raise ValidationError({"expires_on": _("An approval number needs its last day.")})
        clean_long_text("approved_text", self.approved_text, 4000)
        if self.approved_text and self.kind != FactKind.APPROVAL_NUMBER:
            raise ValidationError({"approved_text": _("Only of an approval number.")})


def _asset_path(asset: "Asset", _filename: str) -> str:
    """Name the file by its digest: nothing of the uploaded name reaches the disk."""
    return f"{asset.organization_id}/{asset.client_id}/{asset.sha256}.{asset.extension}"


#: Magic bytes of what may be uploaded, by extension.
IMAGE_MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
MAX_ASSET_BYTES = 10 * 1024 * 1024


class Asset(ClientModel):
    """A picture, kept under its digest and served to nobody directly.

    Its row is the job of reading its text: it waits until a worker has read it. Whoever holds
    `lease_token` before `lease_until` reads it, and `attempt` counts before the reading starts.
    `verdict` is that of its latest report, empty while it is not read.
    """

    MOVES = ASSET_MOVES

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="assets",
        verbose_name=_("product"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=120)
    file = models.FileField(_("file"), upload_to=_asset_path, max_length=200)
    sha256 = models.CharField(_("digest"), max_length=64, editable=False)
    extension = models.CharField(_("type"), max_length=4, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    status = models.CharField(
        _("text"), max_length=12, choices=AssetStatus.choices, default=AssetStatus.WAITING,
        editable=False,
    )  # fmt: skip
    verdict = models.CharField(
        _("verdict"), max_length=8, choices=Verdict.choices, blank=True, editable=False
    )
    run_after = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    error_code = models.CharField(max_length=40, blank=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "sha256"], name="asset_once_a_client"),
            models.CheckConstraint(
                condition=models.Q(lease_token__isnull=True) | models.Q(status=AssetStatus.WAITING),
                name="only_a_waiting_asset_is_leased",
            ),
        ]
        indexes = [models.Index(fields=["status", "run_after"], name="asset_claimable")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Take type, size and digest from the bytes, never from what the browser says."""
        clean_line("title", self.title)
        if self._state.adding and self.file:
            vars(self).update(_measured(self.file))


class AssetReport(ClientModel):
    """One judgement of a picture's text: what was read, what the gates found in it, and by which rules.

    Never changed; when the picture is deleted, its digest and title still say what it was.
    """

    asset = models.ForeignKey(
        Asset, on_delete=models.SET_NULL, null=True, related_name="reports",
        verbose_name=_("asset"),
    )  # fmt: skip
    sha256 = models.CharField(_("digest"), max_length=64)
    title = models.CharField(_("title"), max_length=120)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices)
    markets = models.JSONField(_("markets"), default=list)
    lines = models.JSONField(_("lines"), default=list)  # [{"text", "box", "score", "frame"}, …]
    findings = models.JSONField(_("findings"), default=list)  # hits with "markets", "laws", "marks"
    not_flagged = models.JSONField(_("not flagged"), default=list)
    packs = models.JSONField(_("rule packs"), default=list)
    reader = models.CharField(_("reader"), max_length=120)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    frames = models.PositiveIntegerField(_("frames"), default=1)
    unread = models.PositiveIntegerField(_("frames not read"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)  # of the reading; 0: judged again only
    created_at = models.DateTimeField(_("checked"), auto_now_add=True)

    class Meta:
        verbose_name = _("report on a picture")
        verbose_name_plural = _("reports on pictures")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.title}: {self.verdict}"

    @property
    def reading(self) -> Reading:
        """Return what was read, as the gates take it."""
        lines = tuple(
            Line(one["text"], _box(one["box"]), one["score"], one["frame"]) for one in self.lines
        )
        return Reading(lines, self.reader, self.width, self.height, self.frames, self.unread)


def _box(corners: list[list[float]]) -> Box:
    one, two, three, four = ((float(x), float(y)) for x, y in corners)
    return one, two, three, four


def _measured(file: Any) -> dict[str, Any]:
    if file.size > MAX_ASSET_BYTES:
        raise ValidationError({"file": _("Larger than 10 MB.")}, code="too_large")
    file.seek(0)
    content = file.read()
    file.seek(0)
    extension = next((ext for ext, magic in IMAGE_MAGIC.items() if content.startswith(magic)), None)
    if extension is None or (extension == "webp" and content[8:12] != b"WEBP"):
        raise ValidationError(
            {"file": _("Not a PNG, JPEG, GIF or WebP picture.")}, code="wrong_type"
        )
    return {
        "sha256": hashlib.sha256(content).hexdigest(),
        "extension": extension,
        "size": len(content),
    }
