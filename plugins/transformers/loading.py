"""Load a causal language model and its tokenizer, and say plainly why when it cannot be done."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from generators.base import GenerationError
from plugins.transformers import TransformersOptions, embedded

#: Words in the chain of causes that say "the network", where trying again can help.
_NETWORK = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "LocalEntryNotFoundError",
            "OfflineModeIsEnabled", "ConnectError")  # fmt: skip


@dataclass(slots=True)
class Loaded:
    """A model ready to write: the library's objects, where they run, and what identifies them."""

    model: Any
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    name: str
    digest: str

    @property
    def context(self) -> int:
        """The most tokens of prompt and answer together."""
        config = self.model.config.get_text_config()
        return int(getattr(config, "max_position_embeddings", 0) or 2048)

    @property
    def end(self) -> int:
        """The token that ends a text."""
        found = self.tokenizer.eos_token_id
        if found is None:
            found = self.model.generation_config.eos_token_id
            found = found[0] if isinstance(found, list) and found else found
        if found is None:
            raise GenerationError(
                f"the tokenizer of {self.name} names no end token; set eos_token in its "
                "tokenizer_config.json",
                permanent=True,
                code="model_unusable",
            )
        return int(found)


def load(options: TransformersOptions) -> Loaded:
    """Load what `options` name.

    Raises `GenerationError`: "model_missing", "model_corrupt", "model_unknown" (an architecture
    this library does not know), "no_device", "out_of_memory" (permanent, but for the last), and
    "model_unreachable" (not permanent) when a hub cannot be reached.
    """
    device = _device(options)
    dtype = _dtype(options, device)
    if options.model == "embedded":
        return _load_embedded(options, device, dtype)
    folder = _local(options.model)
    source = str(folder) if folder is not None else options.model
    model, tokenizer = _from_pretrained(source, options, dtype, local=folder is not None)
    digest = _folder_digest(folder) if folder is not None else _commit(model, source)
    return _placed(Loaded(model, tokenizer, device, dtype, options.model, digest))


def _load_embedded(
    options: TransformersOptions, device: torch.device, dtype: torch.dtype
) -> Loaded:
    """Load the embedded model; a cached copy that turns out broken is converted anew, once."""
    folder = embedded.prepare()
    try:
        model, tokenizer = _from_pretrained(str(folder), options, dtype, local=True)
    except GenerationError as error:
        if error.code == "out_of_memory":
            raise
        embedded.discard(folder)
        folder = embedded.prepare()
        model, tokenizer = _from_pretrained(str(folder), options, dtype, local=True)
    loaded = Loaded(model, tokenizer, device, dtype, embedded.NAME, embedded.digest(folder))
    return _placed(loaded)


def _from_pretrained(
    source: str, options: TransformersOptions, dtype: torch.dtype, *, local: bool
) -> tuple[Any, Any]:
    """Call the library; its errors are of many types, and none may take the worker down."""
    rest: dict[str, Any] = {"local_files_only": local, "trust_remote_code": False}
    if options.revision and not local:
        rest["revision"] = options.revision
    try:
        with embedded.quiet():
            tokenizer = AutoTokenizer.from_pretrained(source, **rest)
            read: Any = AutoModelForCausalLM.from_pretrained
            model, notes = read(source, dtype=dtype, output_loading_info=True, **rest)
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise out_of_memory(f"loading {source}") from error
    except Exception as error:
        raise _explained(source, error) from error
    if missing := sorted(notes["missing_keys"]):
        raise GenerationError(
            f"the model {source} lacks {len(missing)} of its weights ({', '.join(missing[:3])}…); "
            "its files do not belong together: download it again",
            permanent=True,
            code="model_corrupt",
        )
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    return model, tokenizer


def _placed(loaded: Loaded) -> Loaded:
    try:
        loaded.model.to(loaded.device).eval()
    except torch.OutOfMemoryError as error:
        raise out_of_memory(f"moving {loaded.name} to {loaded.device}") from error
    return loaded


def out_of_memory(doing: str) -> GenerationError:
    """Return the error for memory that ran out while `doing` something."""
    return GenerationError(
        f"out of memory while {doing}; choose a smaller model, batch_size or dtype, or free memory",
        permanent=False,
        code="out_of_memory",
    )


def _explained(source: str, error: Exception) -> GenerationError:
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    what = f"{type(error).__name__}: {first[:300]}"
    if any(type(item).__name__ in _NETWORK for item in chain):
        return GenerationError(
            f"the model {source} is not on this machine and its hub cannot be reached ({what}); "
            "check the network, or give the path of a local folder",
            permanent=False,
            code="model_unreachable",
        )
    text = " ".join(map(str, chain))
    if "Unrecognized" in text or "does not recognize this architecture" in text:
        code, hint = "model_unknown", "it needs a causal language model that transformers knows"
    elif "is not a valid model identifier" in text or "Repository Not Found" in text:
        code, hint = "model_missing", "check the model's name and that you may read it"
    elif "no file named" in text or "does not appear to have" in text:
        code, hint = "model_missing", "the folder holds no complete model; download it again"
    else:
        code, hint = "model_corrupt", "a file is damaged or incomplete; download the model again"
    return GenerationError(
        f"the model {source} cannot be loaded: {hint} ({what})", permanent=True, code=code
    )


def _local(model: str) -> Path | None:
    """Return the folder that `model` names, None where it is a hub's id.

    Raises `GenerationError` for what looks like a path and is no folder.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.exists() or path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise GenerationError(
            f"the model folder {path} does not exist or is no folder; give the folder that holds "
            "config.json and the weights, or a Hugging Face model id such as owner/name",
            permanent=True,
            code="model_missing",
        )
    return None


def _device(options: TransformersOptions) -> torch.device:
    if options.device == "cuda" and not torch.cuda.is_available():
        raise GenerationError(
            'the profile asks for device "cuda", and this machine has none that torch can use; '
            'choose "auto" or "cpu"',
            permanent=True,
            code="no_device",
        )
    if options.device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(options.device)


def _dtype(options: TransformersOptions, device: torch.device) -> torch.dtype:
    """Return the number type; auto is bfloat16 where the processor multiplies it natively."""
    if options.dtype != "auto":
        found: torch.dtype = getattr(torch, options.dtype)
        return found
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _folder_digest(folder: Path) -> str:
    """Return "sha256:…" over the weights and configuration in a model folder."""
    total = hashlib.sha256()
    names = [p for p in sorted(folder.iterdir()) if p.suffix in {".safetensors", ".bin", ".json"}]
    for path in names:
        with path.open("rb") as file:
            part = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(json.dumps([path.name, part]).encode())
    return f"sha256:{total.hexdigest()}"


def _commit(model: Any, source: str) -> str:
    commit = getattr(model.config, "_commit_hash", None)
    return f"hf:{source}@{commit}" if commit else f"hf:{source}"
