"""The transformers generator: any causal language model, in this process, on CPU or CUDA.

This module is read by web processes: it imports neither torch nor transformers.
"""

from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from generators.base import Manifest, Options, Resources

GEMMA_TERMS = "https://ai.google.dev/gemma/terms"


def _zh(title: str, description: str = "") -> JsonDict:
    """Return what the form of an option says in Chinese; see docs/plugins.md."""
    return {"title_zh": title, "description_zh": description}


class TransformersOptions(Options):
    """Which model, where and how it samples. The admin renders this as a form."""

    model: str = Field(
        default="embedded",
        min_length=1,
        max_length=1000,
        description='"embedded" (Gemma 3 270M, installed with Copydesk), a Hugging Face model id, '
        "or the path of a local folder.",
        json_schema_extra=_zh(
            "模型",
            "“embedded”（随 Copydesk 安装的 Gemma 3 270M）、Hugging Face 模型名，或本机文件夹的路径。",
        ),
    )
    revision: str = Field(
        default="",
        max_length=200,
        description="Branch, tag or commit of a Hugging Face model id.",
        json_schema_extra=_zh("版本", "Hugging Face 模型的分支、标签或提交。"),
    )
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        default="auto",
        description="auto is bfloat16, and float32 where the device has none.",
        json_schema_extra=_zh("数值精度", "auto 为 bfloat16；设备不支持时为 float32。"),
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto",
        description="auto takes the GPU where there is one.",
        json_schema_extra=_zh("设备", "auto 有 GPU 时用 GPU。"),
    )
    batch_size: int = Field(
        default=8,
        ge=1,
        le=512,
        description="Candidates written at once; halved when out of memory.",
        json_schema_extra=_zh("批量", "同时撰写的候选条数；内存不足时自动减半。"),
    )
    max_new_tokens: int = Field(
        default=768,
        ge=16,
        le=8192,
        description="The most tokens for one candidate, all its fields.",
        json_schema_extra=_zh("最多新词元", "一条候选全部字段合计的词元上限。"),
    )
    temperature: float = Field(
        default=0.7,
        ge=0.0,
        le=2.0,
        description="0 is greedy.",
        json_schema_extra=_zh("温度", "0 为贪心解码。"),
    )
    top_p: float = Field(
        default=0.9,
        gt=0.0,
        le=1.0,
        json_schema_extra=_zh("核采样（top-p）"),
    )
    top_k: int = Field(
        default=50,
        ge=0,
        le=1000,
        description="0 is off.",
        json_schema_extra=_zh("候选词数（top-k）", "0 为不限。"),
    )
    repetition_penalty: float = Field(
        default=1.1,
        ge=1.0,
        le=2.0,
        description="Over the candidate's own tokens, not the prompt's.",
        json_schema_extra=_zh("重复惩罚", "只计候选自己的词元，不计提示词。"),
    )
    retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description="Further attempts, with other seeds, at a draft that copies an exemplar, lacks "
        "a required word or a field, or is too long.",
        json_schema_extra=_zh(
            "重试次数", "草稿照抄示例、缺少必含词或字段、或过长时，换随机种子再写的次数。"
        ),
    )
    prompt_mode: Literal["auto", "few_shot", "chat"] = Field(
        default="auto",
        description="chat wraps the prompt in the tokenizer's chat template; auto does so where "
        "the tokenizer has one.",
        json_schema_extra=_zh(
            "提示方式", "chat 用分词器的对话模板包裹提示词；auto 在分词器有模板时这样做。"
        ),
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
