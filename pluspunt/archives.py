"""Several files in one, of which the clock and the machine are no part."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ZIP = "application/zip"


def zip_file(files: Iterable[tuple[str, bytes]], day: date) -> bytes:
    """The files, by name, in one that is dated `day`: the same files give the same bytes."""
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            member = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.compress_type = ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    return output.getvalue()
