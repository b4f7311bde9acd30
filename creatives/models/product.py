"""What is sold, the facts that copy may state, and the pictures that go with it."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


def _asset_path(asset: "Asset", _filename: str) -> str:
    """Name the file by its digest: nothing of the uploaded name reaches the disk."""
    return f"{asset.organization_id}/{asset.client_id}/{asset.sha256}.{asset.extension}"


#: Magic bytes of what may be uploaded, by extension.
IMAGE_MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
MAX_ASSET_BYTES = 10 * 1024 * 1024


class Asset(ClientModel):
    """A picture, kept under its digest and served to nobody directly."""

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

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "sha256"], name="asset_once_a_client")
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Take type, size and digest from the bytes, never from what the browser says."""
        clean_line("title", self.title)
        if self._state.adding and self.file:
            vars(self).update(_measured(self.file))


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
