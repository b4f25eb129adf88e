"""Photographs as telephones take them, made into plain small JPEGs: nothing of the file that came is kept.

Whatever else lies in a file (place, time, device, comments, a second picture, a script) is gone, because only
the pixels are copied.
"""

import io
import threading
import warnings

import pi_heif
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

pi_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 50_000_000  # a telephone of 48 megapixels; a bomb of 20 kB claims far more
MOST_DRAWN = 25_000_000  # of what no camera writes: it takes 16 bytes a point on its way
DRAWN = ("PNG", "WEBP")
# One picture may take 400 MB while it is read: several at once would end the web process on the night it is needed.
_one_at_a_time = threading.Lock()
LONGEST_SIDE = 1280
QUALITY = 82

TOO_LARGE = _("This picture is too large. Please choose one of at most 10 megabytes.")
UNREADABLE = _(
    "We cannot read this picture. Please choose another one, or take a photograph of it: JPEG, PNG, WebP and HEIC work."
)


def plain_jpeg(content: bytes, *, sent_bytes: int = 0) -> bytes:
    """The picture, upright, at most LONGEST_SIDE pixels. Raises ValidationError in words for a family.

    `sent_bytes`: how large it was, where too much was sent to be read at all.
    """
    if max(len(content), sent_bytes) > MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken metadata, which is dropped anyway
            return _encoded(_opened(content))
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise ValidationError(TOO_LARGE, code="too_many_pixels") from error
    except Exception as error:  # a decoder raises whatever it likes at what it is given
        raise ValidationError(UNREADABLE, code="unreadable") from error


def _opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > (MOST_DRAWN if picture.format in DRAWN else MOST_PIXELS):
        raise ValidationError(TOO_LARGE, code="too_many_pixels")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded small: less memory, less time
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(picture)


def _encoded(picture: Image.Image) -> bytes:
    bare = Image.new("RGB", picture.size, "white")
    seen = picture.convert("RGBA") if picture.has_transparency_data else _eight_bits(picture).convert("RGB")
    bare.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Pillow cuts off what is above 255 in a picture of 16 bits; it is scaled down instead."""
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda value: value / 256).convert("L")
