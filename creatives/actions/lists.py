"""A list, a fact or a category has changed: what was approved under the old one is judged again."""

from creatives.actions.recheck import recheck
from creatives.models import Candidate, Product
from tenants.models import Client

#: The columns that the gates read.
CLIENT_COLUMNS = frozenset({"banned_words", "required_words"})
PRODUCT_COLUMNS = frozenset({"name", "category"})


def client_changed(client: Client) -> list[Candidate]:
    """Judge the client's approved copy again; return what fell. Call it after the commit."""
    return recheck(Candidate.objects.filter(client=client))


def product_changed(product: Product) -> list[Candidate]:
    """Judge the approved copy of the product again; return what fell. Call it after the commit."""
    return recheck(Candidate.objects.filter(run__brief__product=product))
