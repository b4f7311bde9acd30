"""`manage.py ensure_organization`: the first organization, so that a brief can run after setup alone."""

from typing import Any

from django.core.management.base import BaseCommand

from creatives.actions.organization import ensure_organization


class Command(BaseCommand):
    help = "Make the first organization if there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_organization()
