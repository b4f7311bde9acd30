"""What somebody behind a browser does, and what must not come back to them."""

import re
from typing import Any

from tests import builders
from tests.tenancy import world as worlds

#: The number of no row at all.
GONE = 987_654_321
#: What each must never receive: a colleague knows the agency, not the other client.
MARKS = {"colleague": [worlds.CLIENT], "outsider": [worlds.CLIENT, worlds.AGENCY]}


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def chain(client: Any, method: str, url: str, data: Any = None) -> str:
    """Return everything that the browser would receive, redirects and their messages included."""
    response = getattr(client, method)(url, data or {}, follow=True)
    steps = "".join(f"{code} {target}\n" for target, code in response.redirect_chain)
    return f"{steps}{response.status_code}\n{body(response)}"


def leaks(text: str, *marks: str) -> list[str]:
    return [mark for mark in marks if mark in text]


def same(text: str, pk: Any) -> str:
    """Return `text` with what differs from one request to the next taken out."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(rf"(?<![0-9])({pk}|{GONE})(?![0-9])", "N", text)


def login(client: Any, world: worlds.World, who: str) -> None:
    assert client.login(username=world.people[who].username, password=builders.PASSWORD)
    if who == "outsider":  # the attack that costs nothing: a session that claims another agency
        session = client.session
        session["organization_id"] = world.organization.pk
        session.save()
