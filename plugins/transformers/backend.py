"""The backend of the transformers generator: batches of guided decoding over one loaded model."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from transformers import LogitsProcessorList, StoppingCriteriaList

from compliance.counting import length
from generators.base import Backend, Cancelled, GenerationError, Options, Output, Request, Slot
from generators.exemplars import copies_exemplar
from generators.fields import fit, from_slots
from generators.prompts import fact_line
from plugins.transformers import MANIFEST, TransformersOptions
from plugins.transformers.leads import echoes, plan
from plugins.transformers.loading import load, out_of_memory
from plugins.transformers.rows import Row, numbers, soft_cap, token_budget
from plugins.transformers.sampling import Sampling
from plugins.transformers.slots import SlotProcessor, Stopper

#: Marks that no value ends on: what follows them was not written.
_LOOSE = "，,、；;：:— "
#: Added to a request's seed for each further attempt, far from the seeds that runs count up from.
_RETRY_STEP = 1_000_003


@dataclass(frozen=True, slots=True)
class _Draft:
    """What one attempt at a request wrote, and what is wrong with it in words for the log."""

    fields: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    tokens: int
    seed: int


class TransformersBackend(Backend):
    """A causal language model in this process."""

    manifest = MANIFEST

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._options = cast(TransformersOptions, options)
        self._loaded = load(self._options)
        self._sampling = Sampling(
            temperature=self._options.temperature,
            top_p=self._options.top_p,
            top_k=self._options.top_k,
            repetition_penalty=self._options.repetition_penalty,
        )

    def digest(self) -> str:
        """Return what identifies the weights: "sha256:…", or "hf:<id>@<commit>"."""
        return self._loaded.digest

    def close(self) -> None:
        """Release the model's memory."""
        del self._loaded
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def generate(
        self, requests: Sequence[Request], *, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[Output]:
        """Yield outputs batch by batch; candidates of one placement share a batch where they can.

        A draft that copies an exemplar, misses a required word, repeats itself or leaves a field
        out is written again with another seed, `retries` times at most; the best one is returned.
        """
        waiting = sorted(requests, key=lambda r: (token_budget(r.slots), r.placement.slug))
        size = self._options.batch_size
        while waiting:
            batch, waiting = waiting[:size], waiting[size:]
            yield from self._batch(batch, cancelled)

    def _batch(self, batch: Sequence[Request], cancelled: Callable[[], bool]) -> Iterator[Output]:
        started = time.monotonic()
        best: dict[str, _Draft] = {}
        tokens: dict[str, int] = {}
        todo = list(batch)
        for attempt in range(self._options.retries + 1):
            for request, draft in zip(todo, self._write(todo, attempt, cancelled), strict=True):
                held = best.get(request.id)
                tokens[request.id] = tokens.get(request.id, 0) + draft.tokens
                if held is None or len(draft.problems) < len(held.problems):
                    best[request.id] = draft
            todo = [request for request in todo if best[request.id].problems]
            if not todo:
                break
        seconds = time.monotonic() - started
        for request in batch:
            draft = best[request.id]
            meta = self._meta(draft, tokens[request.id], seconds / len(batch))
            yield Output(request.id, draft.fields, meta)

    def _meta(self, draft: _Draft, tokens: int, seconds: float) -> dict[str, Any]:
        return {
            "model": self._loaded.name,
            "digest": self._loaded.digest,
            "dtype": str(self._loaded.dtype).removeprefix("torch."),
            "device": self._loaded.device.type,
            "seed": draft.seed,
            "tokens": tokens,
            "seconds": round(seconds, 3),
            "problems": list(draft.problems),
        }

    def _write(
        self, requests: Sequence[Request], attempt: int, cancelled: Callable[[], bool]
    ) -> list[_Draft]:
        """Write one draft a request; a batch that does not fit into memory is halved."""
        try:
            rows = self._decode(requests, attempt, cancelled)
        except torch.OutOfMemoryError as error:
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            if len(requests) == 1:
                raise out_of_memory(f"writing one candidate with {self._loaded.name}") from error
            half = len(requests) // 2
        else:
            return [_draft(request, row) for request, row in zip(requests, rows, strict=True)]
        return [
            *self._write(requests[:half], attempt, cancelled),
            *self._write(requests[half:], attempt, cancelled),
        ]

    def _decode(
        self, requests: Sequence[Request], attempt: int, cancelled: Callable[[], bool]
    ) -> list[Row]:
        if cancelled():
            raise Cancelled
        loaded = self._loaded
        inputs = self._inputs(requests)
        room = loaded.context - inputs["input_ids"].shape[1]
        budget = min(self._options.max_new_tokens, max(token_budget(r.slots) for r in requests))
        if room < min(budget, 64):
            raise GenerationError(
                f"the prompt has {inputs['input_ids'].shape[1]} tokens and {loaded.name} takes "
                f"{loaded.context} with the answer; shorten the brief or choose another model",
                permanent=True,
                code="prompt_too_long",
            )
        budget = min(budget, room)
        rows = [_row(request, attempt, leads=not self._chat()) for request in requests]
        processor = SlotProcessor(
            loaded.tokenizer, rows, sampling=self._sampling, end=loaded.end, budget=budget
        )
        stopper = Stopper(cancelled)
        with torch.inference_mode():
            loaded.model.generate(
                **inputs,
                max_new_tokens=budget,
                do_sample=False,
                num_beams=1,
                eos_token_id=loaded.end,
                pad_token_id=loaded.tokenizer.pad_token_id,
                logits_processor=LogitsProcessorList([processor]),
                stopping_criteria=StoppingCriteriaList([stopper]),
                **_NEUTRAL,
            )
        if stopper.stopped:
            raise Cancelled
        processor.finish()
        return rows

    def _inputs(self, requests: Sequence[Request]) -> dict[str, torch.Tensor]:
        texts = [self._prompt(request) for request in requests]
        chat = self._chat()
        encoded = self._loaded.tokenizer(
            texts, return_tensors="pt", padding=True, add_special_tokens=not chat
        )
        return {
            name: encoded[name].to(self._loaded.device) for name in ("input_ids", "attention_mask")
        }

    def _chat(self) -> bool:
        has = bool(getattr(self._loaded.tokenizer, "chat_template", None))
        mode = self._options.prompt_mode
        if mode == "chat" and not has:
            raise GenerationError(
                f'prompt_mode is "chat" and the tokenizer of {self._loaded.name} has no chat '
                'template; choose "auto" or "few_shot"',
                permanent=True,
                code="bad_options",
            )
        return has and mode != "few_shot"

    def _prompt(self, request: Request) -> str:
        """Return the text to continue; in chat the first label opens the model's own turn."""
        if not self._chat():
            return request.prompt
        label = request.slots[0].label
        asked = request.prompt.removesuffix(label).rstrip()
        turn: str = self._loaded.tokenizer.apply_chat_template(
            [{"role": "user", "content": asked}], tokenize=False, add_generation_prompt=True
        )
        return turn + label


#: Switch off what a model's own generation_config may ask for: the processor alone chooses.
_NEUTRAL: dict[str, Any] = {
    "temperature": None,
    "top_p": None,
    "top_k": None,
    "repetition_penalty": 1.0,
    "no_repeat_ngram_size": 0,
}


def _row(request: Request, attempt: int, *, leads: bool) -> Row:
    brief = request.brief
    seed = (request.seed + attempt * _RETRY_STEP) % 2**63  # what torch's integers hold
    said = (brief.client, brief.product, brief.audience, *brief.key_messages, *brief.must_include)
    planned = plan(request, seed) if leads else tuple(() for _ in request.slots)
    return Row(
        slots=request.slots,
        seed=seed,
        plan=planned,
        echo=echoes(planned, brief),
        avoid=tuple(word.casefold() for word in brief.must_avoid if word.strip()),
        numbers=numbers((*said, *map(fact_line, brief.facts))),
    )


def _draft(request: Request, row: Row) -> _Draft:
    slots, values = _kept(request, row)
    fields = from_slots(slots, values)
    return _Draft(fields, _problems(request, fields), len(row.written), row.seed)


def _kept(request: Request, row: Row) -> tuple[list[Slot], list[str]]:
    """Return slots and values, each cut value brought back to its last whole sentence.

    A repeated or optional value that was cut without one is left out where enough others remain.
    """
    left = {slot.field: _count(request.slots, slot.field) for slot in request.slots}
    kept: list[tuple[Slot, str]] = []
    for slot, value, cut in zip(row.slots, row.values, row.cut, strict=True):
        text = whole = value.strip().rstrip(_LOOSE)
        if cut and not slot.split:
            text = fit(text, min(len(text) - 1, soft_cap(slot)), "characters") if text else text
        if slot.kind == "headlines":
            text = text.rstrip("。." + _LOOSE)
        spec = request.placement.spec(slot.field)
        least = spec.least if spec is not None else 0
        ragged = not text or (cut and text == whole) or length(text, slot.counting) > slot.limit
        if ragged and not slot.split and left[slot.field] > least:
            left[slot.field] -= 1
            continue
        kept.append((slot, text))
    return [slot for slot, _ in kept], [text for _, text in kept]


def _problems(request: Request, fields: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return why a draft is worth another try; the gates judge what is left."""
    found = []
    texts = [text for _, text in fields]
    joined = "\n".join(texts).casefold()
    for spec in request.placement.fields:
        count = sum(1 for name, _ in fields if name == spec.name)
        if count < spec.least:
            found.append(f"{spec.name}: {count} of {spec.least}")
        if any(name == spec.name and spec.over(text) for name, text in fields):
            found.append(f"{spec.name}: too long")
    if copies_exemplar(texts, request.brief.language):
        found.append("copies an exemplar")
    missing = [word for word in request.brief.must_include if word.casefold() not in joined]
    found.extend(f"lacks {word}" for word in missing)
    return tuple(found)


def _count(slots: Sequence[Slot], name: str) -> int:
    return sum(1 for slot in slots if slot.field == name)
