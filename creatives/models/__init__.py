"""The records, in the order in which they come to be."""

from creatives.models.brief import Brief
from creatives.models.campaign import Campaign
from creatives.models.candidate import Candidate, Finding, Report
from creatives.models.dossier import Dossier
from creatives.models.event import Event
from creatives.models.evidence import Claim, Clearance, Substantiation
from creatives.models.placement import Placement
from creatives.models.product import Asset, AssetReport, Product, ProductFact
from creatives.models.publication import Publication
from creatives.models.review import Review
from creatives.models.rules import AllowedPhrase, Lexicon, LexiconVersion, RuleSwitch
from creatives.models.run import GeneratorProfile, Run, Worker

__all__ = [
    "AllowedPhrase",
    "Asset",
    "AssetReport",
    "Brief",
    "Campaign",
    "Candidate",
    "Claim",
    "Clearance",
    "Dossier",
    "Event",
    "Finding",
    "GeneratorProfile",
    "Lexicon",
    "LexiconVersion",
    "Placement",
    "Product",
    "ProductFact",
    "Publication",
    "Report",
    "Review",
    "RuleSwitch",
    "Run",
    "Substantiation",
    "Worker",
]
