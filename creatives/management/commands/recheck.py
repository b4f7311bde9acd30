"""`manage.py recheck`: judge all open copy and every picture again, after rule packs have changed."""

from typing import Any

from django.core.management.base import BaseCommand

from creatives.actions.lists import rules_changed
from tenants import scope
from tenants.models import Organization


class Command(BaseCommand):
    help = "Judge all open copy and pictures again under the rules in force; approvals that fall go back."

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in Organization.objects.all():
            with scope.organization(organization.pk):
                for candidate in rules_changed():
                    self.stdout.write(f"{organization.slug}: approval of #{candidate.pk} fell")
