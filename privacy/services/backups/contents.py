"""What is in a backup: first what was counted when it was made, then the database itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from privacy.services.backups.refusal import BackupError
from privacy.services.backups.sealing import SealedWriter, read_sealed

_LENGTH_BYTES = 4
_LONGEST_FACTS = 1024 * 1024


@dataclass(frozen=True)
class Facts:
    """What was there at the moment of a backup: per table the number of rows and a sum over all that is in them."""

    vendor: str
    about_at: datetime
    tables: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        return sum(count for count, _ in self.tables.values())

    def differences(self, found: dict[str, tuple[int, str]]) -> list[str]:
        """The tables that are not the same in `found`."""
        return sorted(name for name in self.tables.keys() | found.keys() if self.tables.get(name) != found.get(name))


def write_facts(writer: SealedWriter, facts: Facts) -> None:
    """Put the facts in front of what follows."""
    text = json.dumps({**asdict(facts), "about_at": facts.about_at.isoformat()}).encode()
    writer.write(len(text).to_bytes(_LENGTH_BYTES, "big") + text)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Facts, Iterator[bytes]]]:
    """The facts of a backup, and its database piece by piece. Raises `BackupError` for what is not a whole backup."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"Het bestand {path} is niet te lezen: {error.strerror}.") from error
    with file:
        pieces = read_sealed(file)
        first = next(pieces)
        end = _LENGTH_BYTES + int.from_bytes(first[:_LENGTH_BYTES], "big")
        if not _LENGTH_BYTES < end < _LONGEST_FACTS:
            raise BackupError("Deze reservekopie is van een andere versie van Pluspunt.")
        while len(first) < end:
            first += next(pieces)
        yield _read_facts(first[_LENGTH_BYTES:end]), _rest(first[end:], pieces)


def _read_facts(text: bytes) -> Facts:
    read = json.loads(text)
    tables = {name: (count, total) for name, (count, total) in read["tables"].items()}
    return Facts(read["vendor"], datetime.fromisoformat(read["about_at"]), tables)


def _rest(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces
