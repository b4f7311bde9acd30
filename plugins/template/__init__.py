"""The template generator: fixed sentence patterns over the brief, for tests and dry runs."""

from generators.base import Manifest, Resources

MANIFEST = Manifest(
    id="template",
    name={"zh": "模板（试运行）", "en": "Template (dry run)"},
    version="1.0.0",
    capabilities=frozenset({"text", "seed", "batch", "cancel"}),
    resources=Resources(queue="cpu", memory_mb=1),
    licence="part of Copydesk",
    backend="plugins.template.backend:TemplateBackend",
)
