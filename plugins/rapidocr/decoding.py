"""From the bytes of a picture to its frames in RGB, within limits that no small file can break.

A few kilobytes can claim a billion pixels, so the size that a file claims is looked at before
anything is unpacked.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from compliance.pictures import ReadingError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
#: Pixels of one frame, and of all frames of an animation that are read.
MAX_PIXELS = 40_000_000
MAX_ALL_PIXELS = 160_000_000
#: Frames of an animation that are read; equal ones count once.
MAX_FRAMES = 24
#: Frames that are looked at, equal ones too, and their pixels: 28 bytes of a file can be a frame of 40
#: million, and only unpacking it tells whether it is like another.
MAX_LOOKED = 200
MAX_UNPACKED = 400_000_000

Pixels = Any  # numpy.ndarray of uint8, height × width × 3, RGB


@dataclass(slots=True)
class Picture:
    """An opened picture of `count` frames, which `frames` unpacks one at a time.

    `width` and `height` are as the file says until the first frame is out, then as it is displayed.
    `done` counts the frames that were taken to the end, or were like one that was.
    """

    image: Image.Image
    width: int
    height: int
    count: int
    done: int = 0

    def frames(self) -> Iterator[tuple[int, tuple[Pixels, ...]]]:
        """Yield each different frame with its number, on every ground it may stand on.

        Ends before the first frame beyond a limit. Raises a permanent `ReadingError` for a broken one.
        """
        size = max(1, self.width * self.height)
        different = min(MAX_FRAMES, MAX_ALL_PIXELS // size)
        seen: set[bytes] = set()
        for number in range(min(self.count, MAX_LOOKED, MAX_UNPACKED // size)):
            with _whole():
                key = _key(self.image, number)
            if key not in seen:
                if len(seen) >= different:
                    return
                seen.add(key)
                with _whole():
                    grounds = tuple(_grounds(self.image))
                if number == 0:
                    self.height, self.width = grounds[0].shape[:2]  # as turned by its EXIF
                yield number, grounds
            self.done = number + 1


def decode(content: bytes) -> Picture:
    """Return the picture with its frames still packed.

    Raises a permanent `ReadingError` for what is no picture, or too large.
    """
    image = _opened(content)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ReadingError(
            f"the picture has {width} × {height} pixels, more than {MAX_PIXELS // 1_000_000} million: "
            "make it smaller, or cut it in parts",
            permanent=True, code="too_large",
        )  # fmt: skip
    with _whole():
        return Picture(image, width, height, int(getattr(image, "n_frames", 1)))


def _key(image: Image.Image, number: int) -> bytes:
    """Return the same for frames that look the same; leave `image` at that frame."""
    image.seek(number)
    image.load()
    return hashlib.sha256(image.convert("RGBA").tobytes()).digest()


@contextmanager
def _whole() -> Iterator[None]:
    """Refuse the picture for good when what is done here finds it broken."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise _broken(error) from error


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ReadingError(f"{error}", permanent=True, code="too_large") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise _broken(error) from error


def _broken(error: Exception) -> ReadingError:
    # What Pillow says of an unknown file is the address of its buffer.
    what = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
    why = f"the file is no whole PNG, JPEG, GIF or WebP picture{what}: save it anew"
    return ReadingError(why, permanent=True, code="broken_picture")


def _grounds(frame: Image.Image) -> Iterator[Pixels]:
    """Yield the frame as RGB; one that lets light through on white and on black, since its text may
    be either."""
    frame = ImageOps.exif_transpose(frame)
    if frame.mode.startswith("I"):  # 16 bits a pixel
        deep = np.asarray(frame, dtype=np.float64)
        yield np.repeat((deep / 257).clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
        return
    if not frame.has_transparency_data:
        yield np.asarray(frame.convert("RGB"))
        return
    layered = frame.convert("RGBA")
    clear = bool((np.asarray(layered.getchannel("A")) < 255).any())
    for colour in ("white", "black") if clear else ("white",):
        ground = Image.new("RGBA", layered.size, colour)
        yield np.asarray(Image.alpha_composite(ground, layered).convert("RGB"))
