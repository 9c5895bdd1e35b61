"""Pictures that people upload: never kept as they came, always made again as a plain JPEG."""

from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

MAX_FILE_SIZE = 10 * 1024 * 1024
# A few kilobytes can claim to be a picture of gigabytes.
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82
# What cameras and telephones make; every other decoder stays closed.
_FORMATS = (JpegImageFile.format, PngImageFile.format, WebPImageFile.format)
_NO_PICTURE = "Dit is geen foto die we kunnen lezen. Kies een foto als jpg, png of webp."


def as_jpeg(content: bytes) -> bytes:
    """`content` decoded and written anew: upright, at most `LONGEST_SIDE` pixels long, without place, time or camera.

    Raises `ValidationError` for a file that is too large or has too many pixels, and for what is no photograph.
    """
    if len(content) > MAX_FILE_SIZE:
        raise ValidationError(f"Deze foto is te groot: hoogstens {MAX_FILE_SIZE // 1024 // 1024} MB.")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            # Known from the first bytes, before anything is unpacked.
            is_too_large = picture.width * picture.height > MAX_PIXELS
            small = None if is_too_large else _small(picture)
    except Image.DecompressionBombError:
        is_too_large = True
    except Exception as error:  # a decoder that is fed nonsense raises almost anything
        raise ValidationError(_NO_PICTURE) from error
    if is_too_large:
        raise ValidationError("Deze foto heeft te veel beeldpunten. Maak hem eerst kleiner.")
    output = BytesIO()
    small.save(output, "JPEG", quality=QUALITY, optimize=True)
    return output.getvalue()


def _small(picture: Image.Image) -> Image.Image:
    """The pixels alone, upright and on white where the picture is transparent."""
    # A JPEG can be unpacked smaller right away; twice the size leaves enough to shrink it well.
    picture.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return sheet


class PictureField(forms.FileField):
    """A photograph; cleans to the bytes of our own JPEG of it, or to nothing."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data, initial=None) -> bytes | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.size > MAX_FILE_SIZE:  # not read at all
            raise ValidationError(f"Deze foto is te groot: hoogstens {MAX_FILE_SIZE // 1024 // 1024} MB.")
        return as_jpeg(upload.read())
