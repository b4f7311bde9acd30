"""The real reader on pictures drawn here: what it reads, where, and what it refuses to read."""

import io
import socket
import struct
import subprocess
import zlib
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from compliance.picture_gates import judge
from compliance.pictures import Line, Reading, ReadingError
from compliance.readers import read
from plugins.rapidocr import decoding

pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
Pages = list[Image.Image]


def _font_file() -> str:
    asked = ["fc-match", "--format=%{file}", "Noto Sans CJK SC:lang=zh-cn"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, timeout=60).stdout
    except FileNotFoundError:
        return ""
    return found if "cjk" in found.lower() else ""


@pytest.fixture(scope="module")
def font() -> Any:
    path = _font_file()
    if not path:
        pytest.skip("no font with Chinese characters: install fonts-noto-cjk")
    return lambda size: ImageFont.truetype(path, size)


@pytest.fixture
def draw(font: Any) -> Any:
    """Return a function that draws (x, y, text) in `size` pixels, and where the ink went."""

    def go(*texts: tuple[int, int, str], size: int = 48, canvas: tuple[int, int] = (800, 400),
           ink: Any = "black", ground: Any = "white", mode: str = "RGB") -> Any:  # fmt: skip
        image = Image.new(mode, canvas, ground)
        pen = ImageDraw.Draw(image)
        for x, y, text in texts:
            pen.text((x, y), text, font=font(size), fill=ink)
        return image, [pen.textbbox((x, y), text, font=font(size)) for x, y, text in texts]

    return go


def bytes_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def texts(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


def bounds(box: Any) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in box], [y for _, y in box]
    return min(xs), min(ys), max(xs), max(ys)


def covers(line: Line, ink: tuple[float, float, float, float], slack: float = 12) -> bool:
    left, top, right, bottom = bounds(line.box)
    return (
        abs(left - ink[0]) <= slack and abs(right - ink[2]) <= slack
        and top <= ink[1] + slack and bottom >= ink[3] - slack
    )  # fmt: skip


def refused(content: bytes) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read(content, "rapidocr")
    return caught.value


def test_lines_of_both_languages_are_read_in_order_with_boxes_over_the_words(draw: Any) -> None:
    image, ink = draw((40, 40, "根治糖尿病"), (40, 160, "Guaranteed to cure cancer"))
    reading = read(bytes_of(image), "rapidocr")
    assert texts(reading) == ["根治糖尿病", "Guaranteed to cure cancer"]
    assert all(covers(line, box) for line, box in zip(reading.lines, ink, strict=True))
    for line in reading.lines:
        assert all(0 <= x <= 800 and 0 <= y <= 400 for x, y in line.box)
        assert line.score > 0.9 and not line.doubtful


def test_a_finding_stands_over_its_words(draw: Any, font: Any) -> None:
    image, _ = draw((40, 40, "每天一杯燕麦奶，根治糖尿病"), canvas=(900, 200))
    found = judge(read(bytes_of(image), "rapidocr"), category="food")
    assert found.verdict == "block"
    hit = next(one for one in found.found if "糖尿病" in one.hit.text)
    left, _top, right, _bottom = bounds(hit.marks[0].box)
    begin = 40 + font(48).getlength("每天一杯燕麦奶，")
    assert abs(left - begin) < 48 and abs(right - (begin + 5 * 48)) < 30


@pytest.mark.parametrize("text", ["根★治★糖★尿★病", "根 治 糖 尿 病", "根.治.糖.尿.病"])
def test_a_disguise_on_a_picture_is_undone(draw: Any, text: str) -> None:
    image, _ = draw((40, 40, text))
    found = judge(read(bytes_of(image), "rapidocr"))
    assert found.verdict == "block"
    assert found.found[0].marks


def test_a_picture_without_text_has_no_lines_and_passes() -> None:
    reading = read(bytes_of(Image.new("RGB", (300, 200), "steelblue")), "rapidocr")
    assert (reading.lines, judge(reading).verdict) == ((), "pass")


def test_small_print_at_the_foot_of_a_tall_picture_is_read_once(draw: Any) -> None:
    image, ink = draw(
        (40, 40, "燕麦奶"), (40, 1500, "全国销量第一"), (40, 2960, "本品能治疗高血压"), size=22,
        canvas=(600, 3000),
    )  # fmt: skip
    reading = read(bytes_of(image), "rapidocr")
    assert texts(reading) == ["燕麦奶", "全国销量第一", "本品能治疗高血压"]
    assert all(covers(line, box) for line, box in zip(reading.lines, ink, strict=True))


def test_white_letters_on_a_clear_ground_are_read(draw: Any) -> None:
    image, _ = draw((40, 40, "根治糖尿病"), mode="RGBA", ground=(0, 0, 0, 0), ink="white")
    assert texts(read(bytes_of(image), "rapidocr")) == ["根治糖尿病"]


def test_a_picture_on_its_side_is_turned_as_its_exif_says(draw: Any) -> None:
    image, ink = draw((40, 40, "根治糖尿病"), canvas=(700, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # a viewer turns it by a quarter, clockwise
    content = bytes_of(image.rotate(90, expand=True), "JPEG", exif=exif, quality=95)
    reading = read(content, "rapidocr")
    assert (texts(reading), reading.width, reading.height) == (["根治糖尿病"], 700, 300)
    assert covers(reading.lines[0], ink[0])


def pages(draw: Any, *said: str) -> Pages:
    return [draw((20, 20, text), size=32, canvas=(320, 90))[0] for text in said]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_every_frame_of_an_animation_is_read_and_named(draw: Any, kind: str) -> None:
    first, second = pages(draw, "早餐燕麦奶", "根治糖尿病")
    content = bytes_of(first, kind, save_all=True, append_images=[second], duration=200)
    reading = read(content, "rapidocr")
    assert [(line.text, line.frame) for line in reading.lines] == [
        ("早餐燕麦奶", 0),
        ("根治糖尿病", 1),
    ]
    assert (reading.frames, reading.unread) == (2, 0)


def test_frames_over_the_limit_block(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_FRAMES", 2)
    first, *rest = pages(draw, "早", "中", "晚")
    reading = read(bytes_of(first, "GIF", save_all=True, append_images=rest), "rapidocr")
    assert (reading.frames, reading.unread) == (3, 1)
    found = judge(reading)
    assert found.verdict == "block"
    assert "picture.unread" in [one.hit.rule for one in found.found]


def gif(width: int, height: int, frames: int) -> bytes:
    """Return an animation that stays as it is: each frame but the first paints one pixel again."""
    first = bytes_of(Image.new("P", (width, height)), "GIF")
    again = (
        b"\x21\xf9\x04\x00\x02\x00\x00\x00" + b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0)
        + b"\x02\x02\x44\x01\x00"
    )  # fmt: skip
    return first[:-1] + again * (frames - 1) + b";"


def test_frames_that_are_like_others_are_looked_at_up_to_a_limit() -> None:
    content = gif(40, 30, 5000)
    assert len(content) < 150_000
    reading = read(content, "rapidocr")
    assert (reading.frames, reading.unread) == (5000, 5000 - decoding.MAX_LOOKED)
    assert judge(reading).verdict == "block"


def test_large_frames_are_unpacked_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_UNPACKED", 40 * 30 * 7 + 1)
    reading = read(gif(40, 30, 12), "rapidocr")
    assert (reading.frames, reading.unread) == (12, 5)


def test_a_reading_ends_in_time_and_blocks(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.rapidocr import backend

    clock = iter([0.0, 1.0, backend.READ_S + 1.0])
    monkeypatch.setattr(backend, "monotonic", lambda: next(clock))
    first, *rest = pages(draw, "早餐燕麦奶", "午餐燕麦奶", "根治糖尿病")
    reading = read(bytes_of(first, "GIF", save_all=True, append_images=rest), "rapidocr")
    assert (texts(reading), reading.frames, reading.unread) == (["早餐燕麦奶"], 3, 2)
    assert judge(reading).verdict == "block"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9))
    error = refused(bomb)
    assert (error.code, error.permanent) == ("too_large", True)


@pytest.mark.parametrize(
    "content",
    [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"GIF89a", b"RIFF\0\0\0\0WEBPxx",
     b"%PDF-1.7 \n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_for_good(content: bytes) -> None:
    error = refused(content)
    assert (error.code, error.permanent) == ("broken_picture", True)
    assert "object at 0x" not in str(error)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_that_ends_half_way_is_refused(kind: str) -> None:
    image = Image.effect_noise((200, 200), 60).convert("RGB")
    content = bytes_of(image, kind)
    assert refused(content[: len(content) // 2]).code == "broken_picture"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_way_to_keep_colours_is_read(draw: Any, mode: str) -> None:
    image, _ = draw((40, 40, "根治糖尿病"), canvas=(400, 140))
    if mode == "I;16":
        kept = image.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        kept = image.convert(mode)
    content = bytes_of(kept, "JPEG" if mode == "CMYK" else "PNG")
    assert texts(read(content, "rapidocr")) == ["根治糖尿病"]


def test_text_that_runs_downwards_is_read_and_marked_downwards(font: Any) -> None:
    image = Image.new("RGB", (300, 500), "white")
    for at, char in enumerate("早餐治糖尿病"):
        ImageDraw.Draw(image).text((120, 30 + at * 60), char, font=font(40), fill="black")
    reading = read(bytes_of(image), "rapidocr")
    assert texts(reading) == ["早餐治糖尿病"]
    found = judge(reading)
    marks = [
        bounds(mark.box) for one in found.found if "糖尿病" in one.hit.text for mark in one.marks
    ]
    assert marks and all(top > 100 and bottom < 420 for _left, top, _right, bottom in marks)


def test_a_busy_picture_without_text_passes() -> None:
    noise = Image.effect_noise((600, 400), 80).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    assert judge(read(bytes_of(noise), "rapidocr")).verdict == "pass"


def test_no_network_is_touched(draw: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.rapidocr import backend

    def refuse(*_args: Any, **_rest: Any) -> None:
        raise AssertionError("the reader reached for the network")

    backend._engine.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    image, _ = draw((40, 40, "燕麦奶"))
    reading = read(bytes_of(image), "rapidocr")
    assert texts(reading) == ["燕麦奶"]
    assert reading.reader.startswith("rapidocr ")


def test_a_missing_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from plugins.rapidocr import backend

    backend._engine.cache_clear()
    monkeypatch.setattr(backend, "MODELS", {"Det": "gone.onnx"})
    error = refused(bytes_of(Image.new("RGB", (60, 60))))
    assert (error.code, error.permanent) == ("not_installed", True)
    assert "gone.onnx" in str(error) and "reinstall rapidocr" in str(error)
    backend._engine.cache_clear()
