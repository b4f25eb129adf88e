"""Pictures that nobody is on, as telephones and attackers make them."""

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = b"Village of Quietmarsh, camera 4711"
HEIC = (
    rb"c-muNV30{GsVvAy%}izhg51nBLl8SRGck>UfiWUCwIq=N0u(b+a*CjAhJwuG5(YG&l$nzcHpIn&fe{FSfUyQbGcYjm014&H%)B%("
    rb"7bGeQ<fJk|c^PHNh9D+iL1sxVT*-~hf}#Q-y)&~QIUh(@0hKv3GJ}LBfE87IVEFU*#}5Vue&z(A4haWF9>)LwK?;~bDwsj2Vi%J`"
    rb"B2ZG-iIEXaW&yK8gV51wuRJx^<uOU|aDW6)fCvtUB%ls<7si7{8<HG=76~Wk=M?27=TrcNc^TLmfI=df#RaJl-?0IeuxtP_1PU@M"
    rb"GC?BD92`K?7{oIRa$x}o3=@_{CT133V2I?VBm%>ai9>^NJ&VB11%=ygrM5{VwqB1dy&m_+>w4v+{R^xQE%9Fnbtp1oy0oaVMaZc$"
    rb"35y(q(1giCYy#M1m>DE5v}2b5B6kOzQlbI4q!|5i$gu6fAt5#ahlEK24v9ou4m;R@U4k(lhxkeC;>=Rm#aUFai?iuq7w3q;F3#nF"
    rb"Gh`8ZJpfEOVs-"
)


def a_photo(
    kind: str = "JPEG",
    size: tuple[int, int] = (60, 40),
    *,
    mode: str = "RGB",
    exif: bool = False,
    frames: int = 1,
) -> bytes:
    """An even grey; with `exif`, turned on its side and telling where it was taken, in every way that the kind has."""
    made = _grey(mode, size)
    more: dict[str, Any] = {}
    if exif:
        told = Image.Exif()
        told[0x0112] = 6  # lies on its side
        told[0x010E] = SECRET.decode()
        told.get_ifd(0x8825).update({1: "N", 2: (50.0, 27.0, 0.0), 3: "E", 4: (30.0, 31.0, 0.0)})  # where
        texts = PngInfo()
        texts.add_text("Comment", SECRET.decode())
        more = {"exif": told, "xmp": SECRET, "comment": SECRET, "pnginfo": texts}
    if frames > 1:
        more = {"save_all": True, "append_images": [_grey(mode, size, n) for n in range(frames - 1)]}
    written = io.BytesIO()
    made.save(written, kind, **more)
    return written.getvalue()


def a_heic() -> bytes:
    """A grey HEIC of 1600 x 1200 points. The library here only reads HEIC, so this one was made elsewhere."""
    return zlib.decompress(base64.b85decode(HEIC))


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of so many white points, packed small."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" + b"\xff" * (width // 8 + 1)) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _grey(mode: str, size: tuple[int, int], shade: int = 0) -> Image.Image:
    if mode == "I;16":
        return Image.new("I;16", size, 128 * 257)
    if mode == "CMYK":
        return Image.new("RGB", size, (128 + shade,) * 3).convert("CMYK")
    return Image.new("RGB", size, (128 + shade,) * 3).convert(mode)
