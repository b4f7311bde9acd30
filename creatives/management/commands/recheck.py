"""`manage.py recheck`: judge every approved candidate again, after rule packs have changed."""

from typing import Any

from django.core.management.base import BaseCommand

from creatives.actions.recheck import recheck
from creatives.models import Candidate
from tenants import scope
from tenants.models import Organization


class Command(BaseCommand):
    help = "Judge all approved copy again under the rules in force; approvals that fall go back."

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in Organization.objects.all():
            with scope.organization(organization.pk):
                for candidate in recheck(Candidate.objects.all()):
                    self.stdout.write(f"{organization.slug}: approval of #{candidate.pk} fell")
