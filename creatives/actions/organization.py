"""An agency comes to be, with what it needs to run its first brief."""

from django.db import transaction
from django.utils.translation import gettext as _

from creatives.actions.generate import ensure_profiles
from creatives.errors import Refused
from tenants import scope
from tenants.models import Organization


def ensure_organization(slug: str = "") -> Organization:
    """Return the organization `slug`, or the first one; the very first is made when there is none.

    Refuses a slug that nobody has, with the valid list: this is for operators, who see them all.
    """
    if slug:
        found = Organization.objects.filter(slug=slug).first()
        if found is None:
            valid = ", ".join(Organization.objects.values_list("slug", flat=True)) or "-"
            raise Refused(
                "unknown_organization",
                _("No organization %(slug)s; valid: %(valid)s.")
                % {"slug": repr(slug), "valid": valid},
            )
        return found
    return Organization.objects.first() or create_organization("Copydesk", "copydesk")


@transaction.atomic
def create_organization(name: str, slug: str, time_zone: str = "Asia/Shanghai") -> Organization:
    """Make an organization with its default generator profiles."""
    organization = Organization.objects.create(name=name, slug=slug, time_zone=time_zone)
    with scope.organization(organization.pk):
        ensure_profiles(organization.pk)
    return organization
