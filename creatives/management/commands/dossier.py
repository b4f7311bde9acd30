"""`manage.py dossier CANDIDATE FILE`: the evidence file of one piece of copy, for the archive."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from creatives.actions.dossier import collect
from creatives.errors import Refused
from creatives.models import Candidate
from creatives.workbench.dossier import html, pdf
from tenants import scope


class Command(BaseCommand):
    """The ending of FILE says what it is: .html, .pdf or .json."""

    help = (
        "Write the evidence file of a candidate: text, findings, clearances, evidence, decisions."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("candidate", type=int)
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=("zh-hans", "en"), default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or say why not."""
        file: Path = options["file"]
        if file.suffix not in (".html", ".pdf", ".json"):
            raise CommandError(f"{file}: ends in none of .html, .pdf, .json", returncode=2)
        with scope.system():
            candidate = Candidate.objects.filter(pk=options["candidate"]).first()
            if candidate is None:
                raise CommandError(f"there is no candidate {options['candidate']}", returncode=2)
            data = collect(candidate)
        try:
            if file.suffix == ".json":
                content = json.dumps(data, ensure_ascii=False, indent=2).encode()
            else:
                page = html(data, language=options["language"], standalone=True)
                content = page.encode() if file.suffix == ".html" else pdf(page)
            file.write_bytes(content)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=1) from error
        self.stdout.write(f"{file} {data['digest']}")
