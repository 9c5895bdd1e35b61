"""What somebody's registers say, week by week and month by month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from participants.models import Participant
from pluspunt.periods import Period
from workshops.models import Attendance, Session

Status = Attendance.Status


@dataclass(frozen=True)
class AttendanceWeek:
    """One week of one person; a cancelled or closed session counts nowhere."""

    monday: date
    rows: list[Attendance]

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(status, how often), only what occurs."""
        counted = [(status, sum(row.status == status for row in self.rows)) for status in Status.values]
        return [(status, count) for status, count in counted if count]


def attendance_weeks(participant: Participant, period: Period) -> list[AttendanceWeek]:
    """The weeks of `period` in which somebody stood in a register, the last week first; one query."""
    rows = participant.attendances.listed().filter(
        date__range=(period.start, period.end), session__state=Session.State.PLANNED
    )
    weeks = {}
    for row in rows.select_related("workshop").order_by("-date", "day_part"):
        monday = row.date - timedelta(days=row.date.weekday())
        weeks.setdefault(monday, []).insert(0, row)
    return [AttendanceWeek(monday, rows) for monday, rows in weeks.items()]


def counts_of(rows: Iterable[Attendance]) -> dict[str, int]:
    """Day parts of sessions that went on: `planned`, per status in lower case (`present` …), and `extra` visits."""
    went_on = [row for row in rows if row.session.state == Session.State.PLANNED]
    planned = [row for row in went_on if row.planned]
    by_status = Counter(row.status for row in planned)
    return {
        "planned": len(planned),
        **{status.lower(): by_status[status] for status in Status.values},
        "extra": len(went_on) - len(planned),
    }


def counts_by_month(rows: Iterable[Attendance]) -> dict[tuple[int, int], dict[str, int]]:
    """(year, month) → `counts_of` its rows, only months in which there are any, in order."""
    months = {}
    for row in rows:
        months.setdefault((row.date.year, row.date.month), []).append(row)
    return {month: counts_of(months[month]) for month in sorted(months)}
