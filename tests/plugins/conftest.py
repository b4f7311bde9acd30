"""A tiny causal model made on the spot: random weights, real tokenizer, real files on disk."""

from pathlib import Path

import pytest

from compliance.placements import PLACEMENTS
from generators import prompts
from generators.base import Brief, Request

BRIEFS = {
    "zh": Brief(
        client="禾谷农场",
        product="燕麦片",
        category="food",
        language="zh",
        market="cn",
        audience="上班族",
        tone="温暖",
        key_messages=("五种谷物", "独立小包装"),
        must_include=("禾谷",),
        facts=({"name": "规格", "value": "25", "unit": "克"},),
    ),
    "en": Brief(
        client="Tempo",
        product="Tempo watch",
        category="electronics",
        language="en",
        market="us",
        audience="office workers",
        tone="upbeat",
        key_messages=("7-day battery", "reminds you to stand up"),
        must_include=("Tempo",),
    ),
}


def make_request(
    slug: str = "weibo_post",
    language: str = "zh",
    *,
    seed: int = 0,
    id: str = "r",
    **changes: object,
) -> Request:
    """Return a request as the core makes it, with a short prompt so that tests are quick."""
    brief = BRIEFS[language]
    placement = PLACEMENTS[slug]
    slots = prompts.slots(placement, language)
    prompt = f"{brief.product}\n{slots[0].label}"
    fields = {"brief": brief, "prompt": prompt, "slots": slots, **changes}
    return Request(id=id, placement=placement, seed=seed, **fields)  # type: ignore[arg-type]


def build_tiny(folder: Path, *, chat: bool = False, eos: bool = True) -> Path:
    """Write a two-layer Llama with random weights and a tokenizer of single characters."""
    import torch
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = [chr(c) for c in range(32, 127)] + ["\n"]
    hanzi = list("禾谷农场燕麦片上班族温暖五种独立小包装规格克标题正文话摘要描述好的早晨家里一起吃")
    marks = list("，。！？；：、#·")
    words = ["<unk>", "<eos>", "<pad>", *dict.fromkeys(letters + hanzi + marks)]
    raw = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated")
    raw.decoder = decoders.Fuse()
    ends = {"eos_token": "<eos>"} if eos else {}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="<unk>", pad_token="<pad>", **ends
    )
    if chat:
        tokenizer.chat_template = (
            "{% for m in messages %}<{{ m.role }}>{{ m.content }}\n{% endfor %}<assistant>"
        )
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=1 if eos else None,
        pad_token_id=2,
        initializer_range=0.3,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def chat_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny(tmp_path_factory.mktemp("chat"), chat=True)
