"""The transformers generator: any causal language model, in this process, on CPU or CUDA.

This module is read by web processes: it imports neither torch nor transformers.
"""

from typing import Literal

from pydantic import Field

from generators.base import Manifest, Options, Resources

GEMMA_TERMS = "https://ai.google.dev/gemma/terms"


class TransformersOptions(Options):
    """Which model, where and how it samples. The admin renders this as a form."""

    model: str = Field(
        default="embedded",
        min_length=1,
        max_length=1000,
        description='"embedded" (Gemma 3 270M, installed with Copydesk), a Hugging Face model id, '
        "or the path of a local folder.",
    )
    revision: str = Field(
        default="",
        max_length=200,
        description="Branch, tag or commit of a Hugging Face model id.",
    )
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        default="auto",
        description="auto is bfloat16, and float32 where the device has none.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="auto takes the GPU where there is one."
    )
    batch_size: int = Field(
        default=8,
        ge=1,
        le=512,
        description="Candidates written at once; halved when out of memory.",
    )
    max_new_tokens: int = Field(
        default=768,
        ge=16,
        le=8192,
        description="The most tokens for one candidate, all its fields.",
    )
    temperature: float = Field(default=0.7, ge=0.0, le=2.0, description="0 is greedy.")
    top_p: float = Field(default=0.9, gt=0.0, le=1.0)
    top_k: int = Field(default=50, ge=0, le=1000, description="0 is off.")
    repetition_penalty: float = Field(
        default=1.1,
        ge=1.0,
        le=2.0,
        description="Over the candidate's own tokens, not the prompt's.",
    )
    retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description="Further attempts, with other seeds, at a draft that copies an exemplar, lacks "
        "a required word or a field, or is too long.",
    )
    prompt_mode: Literal["auto", "few_shot", "chat"] = Field(
        default="auto",
        description="chat wraps the prompt in the tokenizer's chat template; auto does so where "
        "the tokenizer has one.",
    )


MANIFEST = Manifest(
    id="transformers",
    name={
        "zh": "本地语言模型（transformers）",
        "en": "Local language model (transformers)",
    },
    version="1.0.0",
    capabilities=frozenset({"text", "seed", "batch", "cancel"}),
    options=TransformersOptions,
    resources=Resources(queue="gpu", memory_mb=1600),
    licence="Model weights keep their own licence; the embedded Gemma 3 270M is under the Gemma "
    "Terms of Use, including its prohibited-use policy.",
    licence_url=GEMMA_TERMS,
    backend="plugins.transformers.backend:TransformersBackend",
)
