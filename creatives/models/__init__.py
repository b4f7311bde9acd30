"""The records, in the order in which they come to be."""

from creatives.models.brief import Brief
from creatives.models.campaign import Campaign
from creatives.models.candidate import Candidate, Finding, Report
from creatives.models.event import Event
from creatives.models.placement import Placement
from creatives.models.product import Asset, Product, ProductFact
from creatives.models.publication import Publication
from creatives.models.review import Review
from creatives.models.run import GeneratorProfile, Run, Worker

__all__ = [
    "Asset",
    "Brief",
    "Campaign",
    "Candidate",
    "Event",
    "Finding",
    "GeneratorProfile",
    "Placement",
    "Product",
    "ProductFact",
    "Publication",
    "Report",
    "Review",
    "Run",
    "Worker",
]
