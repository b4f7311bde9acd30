"""`manage.py packs …`: check, test, compare, digest and activate rule packs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance import packs
from compliance.packs import articles
from compliance.packs.diff import diff
from compliance.packs.lint import Flaw, all_flaws, lint, run_examples
from compliance.packs.schema import json_schema
from compliance.words import MARKETS
from creatives.actions.packs import activate, impact
from creatives.errors import Refused


class Command(BaseCommand):
    """One subcommand each; see docs/packs.md for the format of a pack."""

    help = "Check, test, compare, digest and activate rule packs. Exit 1: the pack has errors."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subcommands; PACK is a folder, or the name of a pack in force."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, said in (
            ("lint", "say what is wrong with packs; without PACK: with all in force"),
            ("test", "run the examples of packs"),
            ("digest", "print name, version and digest of packs"),
        ):
            one = verbs.add_parser(verb, help=said)
            one.add_argument("packs", nargs="*", metavar="PACK")
        one = verbs.add_parser(
            "diff", help="say what changes from OLD to NEW, and which copy it hits"
        )
        one.add_argument("old", metavar="OLD")
        one.add_argument("new", metavar="NEW")
        one.add_argument("--json", action="store_true")
        one.add_argument("--no-copy", action="store_true", help="compare the rules alone")
        one = verbs.add_parser("activate", help="put the pack in a folder in force everywhere")
        one.add_argument("folder", type=Path)
        verbs.add_parser("schema", help="print the JSON Schema of pack.toml and rules/*.toml")
        one = verbs.add_parser("articles", help="print which rules stand in which article")
        one.add_argument("market", choices=MARKETS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the chosen subcommand."""
        getattr(self, f"_{options['verb']}")(options)

    def _lint(self, options: dict[str, Any]) -> None:
        flaws = [flaw for folder in self._folders(options) for flaw in lint(_load(folder), folder)]
        self._report([*flaws, *all_flaws()])

    def _test(self, options: dict[str, Any]) -> None:
        folders = self._folders(options)
        self._report([flaw for folder in folders for flaw in run_examples(_load(folder), folder)])

    def _report(self, flaws: list[Flaw]) -> None:
        for flaw in flaws:
            self.stdout.write(str(flaw))
        errors = sum(flaw.level == "error" for flaw in flaws)
        self.stdout.write(f"{errors} errors, {len(flaws) - errors} warnings")
        if errors:
            raise CommandError("not fit for use", returncode=1)

    def _folders(self, options: dict[str, Any]) -> list[Path]:
        names = options["packs"] or [pack.meta.name for pack in packs.installed()]
        return [_folder(name) for name in names]

    def _digest(self, options: dict[str, Any]) -> None:
        for folder in self._folders(options):
            ref = _load(folder).ref
            self.stdout.write(f"{ref.name} {ref.version} {ref.digest}")

    def _diff(self, options: dict[str, Any]) -> None:
        old, new = _load(_folder(options["old"])), _load(_folder(options["new"]))
        change = diff(old, new)
        hit = [] if options["no_copy"] else list(impact(packs.with_folder(_folder(options["new"]))))
        if options["json"]:
            data = {
                "old": vars_of(old.ref), "new": vars_of(new.ref), "bump": change.bump,
                "bumped": change.bumped, "changes": [vars_of(one) for one in change.changes],
                "copy": [{**vars_of(one), "hits": [h.rule for h in one.hits]} for one in hit],
            }  # fmt: skip
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for one in change.changes:
            self.stdout.write(f"{one.what:8} {one.rule} {', '.join(one.keys)}".rstrip())
        asked = f"asks for a {change.bump} version" if change.bump else "no change"
        enough = "" if change.bumped else f", and {change.old} to {change.new} is none"
        self.stdout.write(f"{len(change.changes)} rules: {asked}{enough}")
        for piece in hit:
            rules = ", ".join(sorted({found.rule for found in piece.hits})) or "fewer findings"
            live = " LIVE" if piece.live else ""
            self.stdout.write(
                f"{piece.organization} #{piece.candidate} {piece.status}{live}: "
                f"{piece.before} -> {piece.after}: {rules}"
            )
        if not options["no_copy"]:
            self.stdout.write(f"{len(hit)} pieces of copy would be judged differently")

    def _activate(self, options: dict[str, Any]) -> None:
        try:
            pack, fallen = activate(options["folder"])
        except Refused as refusal:
            raise CommandError(f"{refusal}\nThe packs in force stay.", returncode=1) from refusal
        self.stdout.write(f"in force: {pack.meta.name} {pack.meta.version} {pack.digest}")
        for candidate in fallen:
            self.stdout.write(f"approval of #{candidate.pk} fell")

    def _articles(self, options: dict[str, Any]) -> None:
        self.stdout.write(articles.table(packs.installed(), options["market"]), ending="")

    def _schema(self, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def _folder(name: str) -> Path:
    """Return the folder that `name` says: a path, or the pack of that name in force."""
    if (Path(name) / "pack.toml").is_file():
        return Path(name).resolve()
    folder = packs.home(name)
    if folder is None:
        known = ", ".join(pack.meta.name for pack in packs.installed())
        raise CommandError(
            f"{name}: no folder with a pack.toml, and no pack of that name; there are: {known}",
            returncode=2,
        )
    return folder


def _load(folder: Path) -> packs.Pack:
    try:
        return packs.load(folder)
    except packs.PackError as error:
        raise CommandError(str(error), returncode=1) from error


def vars_of(one: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with slots."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
