"""The contract of a generator plugin, version 1.0. Additive changes only within 1.x.

A plugin is an entry point in the group `copydesk.generators` that names a `Manifest` in a light
module (no torch, no model), and a `Backend` class in a heavy one, imported only where it runs.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from compliance.base import PlacementSpec

API_VERSION = "1.0"

Capability = Literal["text", "image_description", "train", "seed", "batch", "cancel"]

#: How many values of a repeated field a request asks for: see `Options.repeats`.
Repeats = Literal["least", "some", "all"]


class GenerationError(Exception):
    """An expected failure of a generator.

    `permanent` says whether trying again can help: a missing model file cannot, a busy server can.
    `code` is a stable word for programs, the message is for people: what, where, what to do.
    """

    def __init__(self, message: str, *, permanent: bool, code: str = "generator_error") -> None:
        super().__init__(message)
        self.permanent = permanent
        self.code = code


class Cancelled(Exception):
    """Raised by a backend, or by the core between outputs, when the run was cancelled."""


class Options(BaseModel):
    """Base of a plugin's options: unknown keys are refused, and the admin renders the schema.

    An option may say its title and description in Chinese as well, by the keys `title_zh` and
    `description_zh` of its `json_schema_extra`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    repeats: Repeats = Field(
        default="some",
        description="How many values of a repeated field to ask for, e.g. headlines of a "
        "search ad: the least a placement accepts, some (a third of the most), or all it takes.",
        json_schema_extra={
            "title_zh": "重复字段",
            "description_zh": "多值字段（如搜索广告的标题）要写几个值：least 为版位要求的最少个数，"
            "some 为最多个数的三分之一，all 为全部。",
        },
    )


class Resources(BaseModel):
    """What a backend needs: the queue it runs on and the memory it holds while loaded."""

    model_config = ConfigDict(frozen=True)

    queue: Literal["cpu", "gpu"] = "cpu"
    memory_mb: int = Field(default=0, ge=0)


class Manifest(BaseModel):
    """What everybody may know of a plugin without importing its backend."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: dict[str, str]
    version: str
    api_version: str = API_VERSION
    capabilities: frozenset[Capability] = frozenset({"text"})
    constraints: Literal["none", "postfilter", "hard"] = "none"
    options: type[Options] = Options
    resources: Resources = Resources()
    licence: str
    licence_url: str = ""
    backend: str = Field(
        pattern=r"^[\w.]+:\w+$", description="module:Class, imported in a worker only"
    )


@dataclass(frozen=True, slots=True)
class Brief:
    """What to say, to whom, where, with which facts: the structured form of the prompt."""

    client: str
    product: str
    category: str
    language: str
    market: str
    audience: str = ""
    tone: str = ""
    brand_voice: str = ""
    facts: tuple[Mapping[str, str], ...] = ()
    key_messages: tuple[str, ...] = ()
    must_include: tuple[str, ...] = ()
    must_avoid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One candidate wanted.

    `prompt` is rendered by the core and ends where the first field's value begins; `labels` names
    each field as the prompt writes it, in order, values of a repeated field numbered.
    `stop` ends a field. `feedback` tells what the gates found in the `seed - 1` attempt.
    """

    id: str
    prompt: str
    brief: Brief
    placement: PlacementSpec
    seed: int
    slots: tuple["Slot", ...]
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One value to write: the field it belongs to, and the label that introduces it in the prompt.

    `split` says that the line holds up to `most` hashtags, each one value of the field; `limit`
    is then the limit of the whole line. `target` is the usual length in characters, 0 if unknown:
    good copy for a field that may hold 2,000 characters is much shorter. `kind` is what it is like:
    "headlines", "descriptions", "post", "note", "article" or "tags", empty if unknown.
    """

    field: str
    label: str
    limit: int
    counting: str
    optional: bool = False
    split: bool = False
    most: int = 1
    target: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """One candidate written: which request it answers, and its named fields in order.

    `meta` is provenance as JSON-ready data: model digest, tokens, seconds.
    """

    request_id: str
    fields: tuple[tuple[str, str], ...]
    meta: Mapping[str, Any] = field(default_factory=dict)


class Backend(ABC):
    """A loaded generator. Made once per process and options; must release memory on `close`."""

    manifest: ClassVar[Manifest]

    def __init__(self, options: Options) -> None:
        self.options = options

    @abstractmethod
    def generate(
        self,
        requests: Sequence[Request],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Output]:
        """Yield one output a request, in any order, as early as each is done.

        The same request with the same seed yields the same fields where the manifest declares
        `seed`. Check `cancelled` often and raise `Cancelled`. Raise `GenerationError` for what can
        be foreseen.
        """

    def digest(self) -> str:
        """Return what identifies the weights, e.g. "sha256:…"; empty when there are none."""
        return ""

    def close(self) -> None:  # noqa: B027 - most backends hold nothing
        """Release the model's memory."""
