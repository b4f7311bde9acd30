"""`manage.py train_claims`: train the models that read claims, measure them held out, write them."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.trained import ROOT
from compliance.training import CorpusError, corpus, measure, train, write
from compliance.words import LANGUAGES


class Command(BaseCommand):
    """Train on our own corpus with a fixed seed; the weights go beside their card."""

    help = (
        "Train the models that read claims (compliance/corpus/*.jsonl), print what held-out lines "
        "measured as JSON, and write weights and cards. Exit 2: the corpus has errors."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--language", choices=LANGUAGES, default="", help="default: both")
        parser.add_argument("--version", dest="release", metavar="SEMVER", default="1.0.0")
        parser.add_argument("--to", type=Path, default=ROOT, metavar="FOLDER")
        parser.add_argument("--measure-only", action="store_true", help="write nothing")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Let --version name the models' version here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure by cross-validation, then train on all rows."""
        for language in [options["language"]] if options["language"] else LANGUAGES:
            try:
                rows = corpus(language)
            except (CorpusError, OSError) as error:
                raise CommandError(str(error), returncode=2) from error
            measured = measure(language, rows)
            self.stdout.write(
                json.dumps({"language": language, "rows": len(rows), **asdict(measured)})
            )
            if not options["measure_only"]:
                card = write(
                    language, train(language, rows), measured, options["release"], options["to"]
                )
                self.stdout.write(f"wrote {card}")
