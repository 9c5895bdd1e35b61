"""Which backups stay: of the last days each, then one a week, then one a month."""

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

SUFFIX = ".backup"
_NAME = f"pluspunt-%Y-%m-%dT%H%M%SZ{SUFFIX}"
_A_DAY = 24 * 60 * 60


def name_of(moment: datetime) -> str:
    """The name of a backup that is about `moment`; names stand in the order of time."""
    return moment.astimezone(UTC).strftime(_NAME)


def forget_old_backups(folder: Path, keep: tuple[int, int, int]) -> list[Path]:
    """Delete what need not stay, with its checksum, and give it; what is named otherwise is not ours to delete.

    Of each day, week and month the last one counts, and `keep` says how many of each stay. The newest always does.
    """
    moments = {path: moment for path in folder.glob(f"*{SUFFIX}") if (moment := _moment_of(path))}
    kept = backups_to_keep(list(moments.values()), keep)
    gone = [path for path, moment in moments.items() if moment not in kept]
    for path in gone:
        path.unlink()
        path.with_name(f"{path.name}.sha256").unlink(missing_ok=True)
    return gone


def forget_unfinished(folder: Path) -> None:
    """Delete what a backup left behind that was killed; one that is busy is younger than a day."""
    for path in [*folder.glob("*.bezig"), *folder.glob(".bezig-*"), *folder.glob(".proef-*")]:
        if time.time() - path.stat().st_mtime > _A_DAY:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def backups_to_keep(moments: list[datetime], keep: tuple[int, int, int]) -> set[datetime]:
    """Those of `moments` that stay: of the last so many days, weeks and months that have one, the last one."""
    spans: list[Callable[[datetime], tuple]] = [
        lambda moment: moment.timetuple()[:3],
        lambda moment: moment.isocalendar()[:2],
        lambda moment: moment.timetuple()[:2],
    ]
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    for span, count in zip(spans, keep, strict=True):
        last_of = {}
        for moment in newest_first:
            last_of.setdefault(span(moment), moment)
        kept |= set(list(last_of.values())[:count])
    return kept


def _moment_of(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
