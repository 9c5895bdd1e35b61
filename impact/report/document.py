"""Everything that one page or document says about a period."""

from collections.abc import Collection
from dataclasses import dataclass

from impact.charts import (
    BarChart,
    Segment,
    attendance_chart,
    labels_in,
    share_segments,
)
from impact.figures import AttendanceFigures, PeriodFigures, TargetGroup, period_figures
from impact.figures.definitions import Meaning, meanings
from impact.report.balances import BEFORE
from impact.report.guarding import Guarded
from impact.report.people import (
    HOUSE,
    PeopleRow,
    Shown,
    destination_numbers,
    people_numbers,
    people_row,
    prefixed,
    strand_numbers,
    strand_rows,
)
from impact.report.published import as_published, hidden_lines, people_as_published, published_figures
from impact.report.sentences import (
    Headline,
    doubt_sentence,
    enrolled_sentence,
    flow_sentence,
    flow_through_sentence,
    onward_sentence,
    period_headlines,
    period_sentences,
)
from impact.report.words import named
from impact.report.workshops import WorkshopRow, shareable_workshops, workshop_row
from impact.suppression import FEW, LEFT_OUT
from pluspunt.periods import Period
from pluspunt.templatetags.words import say
from workshops.services.volunteers import HOURS_PER_DAY_PART


@dataclass(frozen=True)
class Report:
    """Everything that one page or document says about a period."""

    figures: PeriodFigures
    before: PeriodFigures
    before_label: str
    doubt: str
    sentences: list[str]
    enrolled_sentence: str
    flow_sentence: str
    flow_through_sentence: str
    headlines: list[Headline]
    groups: list[PeopleRow]
    house: PeopleRow
    strands: list[tuple[str, str]]
    destinations: list[tuple[str, str]]
    onward: str
    workshops: list[WorkshopRow]
    hosted: list[WorkshopRow]
    workshops_note: str
    volunteers: AttendanceFigures | None
    people: Shown
    chart: BarChart
    shares: list[Segment]
    published: Guarded | None = None

    @property
    def months(self) -> list[tuple[str, AttendanceFigures | None]]:
        by_month = self.figures.by_month
        return list(zip(labels_in(self.figures.period, list(by_month)), by_month.values(), strict=True))

    @property
    def marks(self) -> set[str]:
        """Which of the signs "< 5" and "·" stand in the numbers, so that only those are explained."""
        shown = [people for _, people in (*self.strands, *self.destinations)]
        shown += [word for headline in self.headlines for word in (headline.value, headline.note)]
        shown += [word for row in (*self.groups, self.house) for word in vars(row).values() if isinstance(word, str)]
        if self.figures.by_group and any(row.attendance is None for row in self.groups):
            shown.append(LEFT_OUT)
        return {sign for sign in (FEW, LEFT_OUT) if any(sign in word for word in shown)}

    @property
    def explains_few(self) -> bool:
        return FEW in self.marks

    @property
    def explains_left_out(self) -> bool:
        return LEFT_OUT in self.marks

    @property
    def meanings(self) -> list[Meaning]:
        """What the words in it mean; nothing is explained that it does not say."""
        says = {"flow_through": self.flow_through_sentence, "positive_outflow": self.onward}
        return meanings(without=[name for name, sentence in says.items() if not sentence])

    @property
    def volunteer_hours(self) -> int | None:
        return self.volunteers.delivered * HOURS_PER_DAY_PART if self.volunteers else None


def make_report(period: Period, *, leaves_house: bool, kept_back: Collection[str] = ()) -> Report:
    """The figures of `period` and of the same days a year earlier, ready to be shown.

    `kept_back` are the keys that an earlier version left out. What `leaves_house` has in `published` what may be told.
    """
    now, before = period_figures(period), period_figures(period.year_before)
    by_destination = destination_numbers(now, in_clusters=leaves_house)
    strands = strand_numbers(period, now)
    if leaves_house:
        published = published_figures(now, before, kept_back)
        people, groups_hidden = people_as_published(published), hidden_lines(published, "group.")
        now, before = as_published(now, published), as_published(before, published, BEFORE)
        workshops_hidden = hidden_lines(published, "workshop.")
        workshops, workshops_note = shareable_workshops(
            now.by_workshop, workshops_hidden, has_total=now.total is not None
        )
    else:
        numbers = people_numbers(now, before) | prefixed("strand", strands) | prefixed("destination", by_destination)
        people, groups_hidden, published = Shown(numbers), set(), None
        workshops, workshops_note = [workshop_row(row) for row in now.by_workshop], ""
    before_label = (
        say("vorig jaar", "the year before")
        if period.is_year
        else say("op dezelfde dagen vorig jaar", "on the same days the year before")
    )
    return Report(
        figures=now,
        before=before,
        before_label=before_label,
        doubt=doubt_sentence(now.total),
        sentences=period_sentences(now, before, people, before_label),
        enrolled_sentence=enrolled_sentence(now, people),
        flow_sentence=flow_sentence(people),
        flow_through_sentence=flow_through_sentence(now, people),
        headlines=period_headlines(now, before, people, before_label),
        groups=[people_row(group, named(label), now, people, groups_hidden) for group, label in TargetGroup.choices],
        house=people_row(HOUSE, named("hele huis"), now, people),
        strands=[(named(label), shown) for label, shown in strand_rows(strands, people)],
        destinations=[(named(label), people[f"destination.{label}"]) for label in by_destination],
        onward=onward_sentence(by_destination, people) if leaves_house else "",
        workshops=workshops,
        hosted=[row for row in workshops if row.host],
        workshops_note=workshops_note,
        volunteers=now.volunteers,
        people=people,
        chart=attendance_chart(
            {month: figures and figures.attendance_rate for month, figures in now.by_month.items()},
            period=period,
            draws_conclusions=not any(
                figures and figures.is_incomplete for figures in (now.total, *now.by_month.values())
            ),
        ),
        shares=_shares(now.total),
        published=published,
    )


def _shares(total: AttendanceFigures | None) -> list[Segment]:
    """What became of the planned day parts."""
    parts = [("attended", "aanwezig"), ("excused", "afgemeld"), ("no_show", "niet afgemeld"), ("open", "niet ingevuld")]
    return share_segments([(key, named(label), getattr(total, key)) for key, label in parts]) if total else []
