"""The models: loaded once a process from the files in RapidOCR's package, and run tile by tile.

RapidOCR shrinks a picture to 2,000 pixels, which makes the small print of a tall one unreadable, so a
longer picture is also read in overlapping tiles, and what was seen twice is kept once.
"""

import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import rapidocr
from rapidocr.utils.output import RapidOCROutput

from compliance.pictures import Box, Line, Reading, ReadingError, in_order
from plugins.rapidocr.decoding import Pixels, decode

#: The files of the package, by the part that they play.
MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
#: Sides of a tile and how far tiles overlap, in pixels.
TILE, OVERLAP = 1600, 240
#: Seconds after which a reading ends. What was not read by then counts as unread, and that blocks.
READ_S = 300
#: Of two boxes that share so much of the smaller one, both hold the same text.
_SAME = 0.5
_lock = threading.Lock()


def read(content: bytes) -> Reading:
    """Return the lines of all frames of the picture in `content`, each where it first appears."""
    end = monotonic() + READ_S
    picture = decode(content)
    engine, name = _engine()
    lines: list[Line] = []
    for number, grounds in picture.frames():
        seen: list[tuple[Line, bool]] = []
        late = False
        for part in (part for ground in grounds for part in _parts(ground)):
            if late := monotonic() > end:
                break
            seen += _lines(engine, part, number)
        lines += _new(_once(seen), lines)
        if late:
            break
    return Reading(
        lines=in_order(lines), reader=name, width=picture.width, height=picture.height,
        frames=picture.count, unread=picture.count - picture.done,
    )  # fmt: skip


@cache
def _engine() -> tuple[Any, str]:
    """Return the loaded models, and what they are: version and the start of the files' digest."""
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    params: dict[str, Any] = {"Global.log_level": "error", "Global.text_score": 0.0}
    digest = hashlib.sha256()
    for part, filename in MODELS.items():
        path = Path(rapidocr.__file__).parent / "models" / filename
        if not path.is_file():  # RapidOCR would fetch it from the network
            raise ReadingError(
                f"{filename} is missing in the package rapidocr: reinstall rapidocr "
                f"{version('rapidocr')}",
                permanent=True, code="not_installed",
            )  # fmt: skip
        digest.update(path.read_bytes())
        params[f"{part}.model_path"] = str(path)
    name = f"rapidocr {version('rapidocr')} PP-OCRv6 small {digest.hexdigest()[:12]}"
    return rapidocr.RapidOCR(params=params), name


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a frame that is read at once: where it begins, and which of its edges cut the frame."""

    pixels: Pixels
    left: int = 0
    top: int = 0
    inner: tuple[bool, bool, bool, bool] = (False, False, False, False)


def _parts(pixels: Pixels) -> Iterator[_Part]:
    """Yield the tiles of one frame, and the whole of it when that is not one tile."""
    height, width = pixels.shape[:2]
    for left, right in _tiles(width):
        for top, bottom in _tiles(height):
            inner = (left > 0, top > 0, right < width, bottom < height)
            yield _Part(pixels[top:bottom, left:right], left, top, inner)
    if max(height, width) > TILE:
        yield _Part(pixels)


def _lines(engine: Any, part: _Part, frame: int) -> Iterator[tuple[Line, bool]]:
    """Yield the lines of one part of a frame, each with whether an edge may have cut it."""
    height, width = part.pixels.shape[:2]
    for text, box, score in _read(engine, part.pixels):
        cut = _touches(box, width, height, part.inner)
        yield Line(text, _moved(box, part.left, part.top), score, frame), cut


def _tiles(length: int) -> list[tuple[int, int]]:
    """Return (begin, end) of the tiles along a side of `length` pixels; one if it is short enough."""
    if length <= TILE:
        return [(0, length)]
    begins = range(0, length - OVERLAP, TILE - OVERLAP)
    return [(begin, min(begin + TILE, length)) for begin in begins]


def _read(engine: Any, pixels: Pixels) -> Iterator[tuple[str, Box, float]]:
    """Yield (text, box, score) of each line. RapidOCR hides some failures: they are raised here."""
    with _lock:
        seen = engine(np.ascontiguousarray(pixels[:, :, ::-1]))  # it takes BGR
    if not isinstance(seen, RapidOCROutput):
        raise ReadingError(
            "text was found on the picture and could not be read", permanent=False, code="crashed"
        )
    if seen.txts is None or seen.boxes is None or seen.scores is None:
        return
    for text, corners, score in zip(seen.txts, seen.boxes, seen.scores, strict=True):
        clean = " ".join(str(text).replace("\0", " ").split())
        if clean:
            one, two, three, four = ((float(x), float(y)) for x, y in corners)
            yield clean, (one, two, three, four), min(1.0, max(0.0, float(score)))


def _touches(box: Box, width: int, height: int, inner: tuple[bool, bool, bool, bool]) -> bool:
    xs, ys = [x for x, _ in box], [y for _, y in box]
    near = (min(xs) <= 2, min(ys) <= 2, max(xs) >= width - 2, max(ys) >= height - 2)
    return any(edge and close for edge, close in zip(inner, near, strict=True))


def _moved(box: Box, right: int, down: int) -> Box:
    one, two, three, four = ((x + right, y + down) for x, y in box)
    return one, two, three, four


def _once(seen: Iterable[tuple[Line, bool]]) -> list[Line]:
    """Return each text once: of boxes that overlap, the whole one before the cut, then the surer."""
    kept: list[Line] = []
    for line, _cut in sorted(seen, key=lambda one: (one[1], -one[0].score)):
        if all(_shared(line.box, other.box) < _SAME for other in kept):
            kept.append(line)
    return kept


def _new(lines: Iterable[Line], earlier: Iterable[Line]) -> list[Line]:
    """Return `lines` without those that an earlier frame shows in the same place."""
    known = list(earlier)
    return [
        line
        for line in lines
        if not any(o.text == line.text and _shared(o.box, line.box) >= _SAME for o in known)
    ]


def _shared(one: Box, other: Box) -> float:
    """Return how much of the smaller box, upright rectangles taken, lies in the other."""
    a, b = _bounds(one), _bounds(other)
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / smaller if smaller else 1.0


def _bounds(box: Box) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in box], [y for _, y in box]
    return min(xs), min(ys), max(xs), max(ys)
