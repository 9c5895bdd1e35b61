"""Pictures that people upload: made again, smaller and without what the camera added; nonsense is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pluspunt.pictures import LONGEST_SIDE, MAX_FILE_SIZE, PictureField, as_jpeg

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def photo(size=(40, 30), colour="red", file_type="JPEG", mode="RGB", **options) -> bytes:
    output = BytesIO()
    Image.new(mode, size, colour).save(output, file_type, **options)
    return output.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that says it is as large as that."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("file_type", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_our_own_jpeg(file_type):
    made = opened(as_jpeg(photo(file_type=file_type)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (40, 30))


def test_a_large_photo_becomes_smaller_and_keeps_its_shape():
    assert opened(as_jpeg(photo((4000, 1000)))).size == (LONGEST_SIDE, LONGEST_SIDE // 4)
    assert opened(as_jpeg(photo((1000, 4000), file_type="PNG"))).size == (LONGEST_SIDE // 4, LONGEST_SIDE)


def test_place_and_camera_are_gone_and_the_photo_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Toestel van Hülya"
    exif.get_ifd(GPS)[1] = "N"
    content = photo((40, 30), exif=exif, comment=b"thuis")
    assert dict(opened(content).getexif().get_ifd(GPS)) == {1: "N"}
    made = opened(as_jpeg(content))
    assert (dict(made.getexif()), "comment" in made.info, made.size) == ({}, False, (30, 40))
    assert b"Toestel" not in as_jpeg(content)


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_transparent_becomes_white(mode, colour):
    made = opened(as_jpeg(photo(file_type="PNG", mode=mode, colour=colour)))
    assert made.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK"])
def test_grey_palettes_and_print_colours_can_be_read(mode):
    file_type = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(as_jpeg(photo(file_type=file_type, mode=mode, colour=0))).mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Dit is een brief, geen foto.",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.7",
        photo(file_type="GIF"),
        photo(file_type="TIFF"),
        photo((400, 400))[:300],
        b"\xff\xd8\xff\xe0" + b"\0" * 500,
    ],
    ids=["nothing", "text", "svg", "pdf", "gif", "tiff", "half", "zeros"],
)
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(ValidationError, match="geen foto die we kunnen lezen"):
        as_jpeg(content)


@pytest.mark.parametrize("size", [(10_000, 5_001), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_claims_to_be_huge_is_refused(size):
    with pytest.raises(ValidationError, match="te veel beeldpunten"):
        as_jpeg(png_that_claims(*size))


@given(st.binary(max_size=200), st.integers(0, 600))
def test_a_damaged_photo_gives_a_picture_or_a_sentence(noise, place):
    content = photo((60, 40), quality=60)
    try:
        made = as_jpeg(content[:place] + noise + content[place + len(noise) :])
    except ValidationError:
        return
    assert made.startswith(b"\xff\xd8")


def test_the_field_cleans_to_a_jpeg_whatever_the_file_is_called():
    upload = SimpleUploadedFile("foto.txt", photo(file_type="PNG"), content_type="text/plain")
    assert PictureField().clean(upload).startswith(b"\xff\xd8")
    assert PictureField(required=False).clean(None) is None


def test_a_file_that_is_too_large_is_refused():
    upload = SimpleUploadedFile("foto.jpg", b"\xff\xd8")
    upload.size = MAX_FILE_SIZE + 1
    with pytest.raises(ValidationError, match="hoogstens 10 MB"):
        PictureField().clean(upload)
    with pytest.raises(ValidationError, match="hoogstens 10 MB"):
        as_jpeg(b"\0" * (MAX_FILE_SIZE + 1))


def test_a_text_that_is_called_jpg_is_refused():
    with pytest.raises(ValidationError, match="geen foto"):
        PictureField().clean(SimpleUploadedFile("foto.jpg", b"Beste mensen,", content_type="image/jpeg"))
