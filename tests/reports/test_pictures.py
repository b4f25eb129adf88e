"""Photographs as they come from telephones, and as they come from people who mean ill."""

import io
import struct
import subprocess
import sys
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageSequence

from familylink.reports.pictures import plain_jpeg
from tests.reports.photos import SECRET, a_bomb, a_heic, a_photo


def opened(content):
    return Image.open(io.BytesIO(plain_jpeg(content)))


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP", "HEIC"])
def test_what_telephones_take_becomes_a_small_jpeg(kind):
    frames = 2 if kind == "MPO" else 1  # a JPEG with a second picture behind it, for depth
    made = opened(a_heic() if kind == "HEIC" else a_photo(kind, (1600, 1200), frames=frames))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (1280, 960))


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "P", "LA", "RGBA", "1"])
def test_every_kind_of_colour_is_shown_as_it_was(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = opened(a_photo(kind, (40, 40), mode=mode))
    light = made.convert("L").getpixel((20, 20))
    assert 90 < light < 170 or mode == "1"


def test_of_a_moving_picture_the_first_stays():
    made = opened(a_photo("WEBP", (40, 40), frames=3))
    assert len(list(ImageSequence.all_frames(made))) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_device_and_comments_are_gone_and_the_picture_stands_upright(kind):
    content = a_photo(kind, (60, 30), exif=True)
    assert content.count(SECRET) >= 2
    assert b"\x88\x25" in content or b"\x25\x88" in content  # where it stood, for whoever has a map
    made = plain_jpeg(content)
    assert SECRET not in made
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(opened(content).info)
    assert not any(mark in made for mark in (b"Exif", b"http://ns.adobe.com", b"\xff\xfe"))
    assert opened(content).size == (30, 60)


def test_a_picture_that_is_a_page_too_loses_the_page():
    polyglot = a_photo("JPEG", (40, 40)) + b"<html><script>alert(1)</script></html>"
    assert b"script" not in plain_jpeg(polyglot)


REFUSED = {
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page": b"<html><script>alert(1)</script></html>",
    "a GIF": b"GIF89a" + b"\0" * 40,
    "cut off": a_photo("JPEG", (400, 400))[:2000],
    "a PDF": b"%PDF-1.4\n",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_is_refused_in_words(what):
    with pytest.raises(ValidationError) as refused:
        plain_jpeg(REFUSED[what])
    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("points", [(20_000, 20_000), (13_000, 13_000), (5_200, 5_000)])
def test_too_many_points_are_refused_before_they_are_unpacked(points):
    """Only the picture's head is there: whoever began to unpack it would find it cut off, and say so."""
    head = a_bomb(*points)[:60]
    with pytest.raises(ValidationError) as refused:
        plain_jpeg(head)
    assert refused.value.code == "too_many_pixels"


AT_ONCE = """
import io, resource, sys, threading
from PIL import Image
from familylink.reports.pictures import plain_jpeg
written = io.BytesIO()
Image.new("RGBA", (100, 100)).resize((4000, 4000)).save(written, "PNG", compress_level=1)
readers = [threading.Thread(target=plain_jpeg, args=[written.getvalue()]) for _ in range(int(sys.argv[1]))]
[each.start() for each in readers]
[each.join() for each in readers]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_six_pictures_at_once_take_no_more_memory_than_one():
    most = [
        int(subprocess.run([sys.executable, "-c", AT_ONCE, count], check=True, capture_output=True).stdout)
        for count in ("1", "6")
    ]
    assert most[1] < 1.5 * most[0]


def test_more_than_ten_megabytes_are_refused_unread():
    with pytest.raises(ValidationError) as refused:
        plain_jpeg(b"\xff\xd8" + b"\0" * (10 * 2**20))
    assert refused.value.code == "too_large"


def test_the_bomb_is_a_real_picture():
    assert zlib.crc32(b"IEND") == struct.unpack(">I", a_bomb(10, 10)[-4:])[0]
