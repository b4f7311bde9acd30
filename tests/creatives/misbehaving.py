"""Generators that do what a plugin must not, one fault each."""

import time

from generators.base import Backend, Cancelled, GenerationError, Manifest, Options, Output


class Mode(Options):
    """Which fault, and what the good outputs say."""

    mode: str = "good"
    text: str = "今天的早餐，一杯就好。"
    again: str = "早上喝一杯燕麦。"


class Misbehaving(Backend):
    """Writes one field of the first spec, or fails as `mode` says."""

    def generate(self, requests, *, cancelled=lambda: False):
        mode = self.options.mode
        if mode == "permanent":
            raise GenerationError(
                "the model is not there: /nowhere", permanent=True, code="no_model"
            )
        if mode == "transient":
            raise GenerationError("busy, try later", permanent=False, code="busy")
        if mode == "crash":
            raise ZeroDivisionError("oops")
        if mode == "nothing":
            return
        for request in requests:
            if mode == "waits":
                for _ in range(600):
                    if cancelled():
                        raise Cancelled
                    time.sleep(0.05)
            if mode == "nontext":
                yield Output(request.id, ((request.slots[0].field, 12),))
                continue
            if mode == "wrong_id":
                yield Output("nobody", ((request.slots[0].field, "x"),))
                continue
            if mode == "surrogate":
                yield Output(request.id, ((request.slots[0].field, "坏\ud800"),))
                continue
            text = self.options.again if request.feedback else self.options.text
            yield Output(request.id, ((request.slots[0].field, text),), {"tokens": 3})
            if mode == "dies_after_one":
                raise GenerationError("the model fell over", permanent=False, code="fell")

    def digest(self):
        return "sha256:test"


MANIFEST = Manifest(
    id="misbehaving",
    name={"zh": "测试", "en": "Test"},
    version="1.0.0",
    options=Mode,
    licence="none",
    backend="tests.creatives.misbehaving:Misbehaving",
)
