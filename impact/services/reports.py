"""The life of a report: begun, written, looked at, published, and taken up again for a correction."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from impact.models import Report, ReportSection
from impact.report.texts import TEXTS, TITLES
from pluspunt.periods import Period
from workshops.models import Workshop
from workshops.services.sessions import house_registered_from

Kind, State = ReportSection.Kind, Report.State
# What hardly differs from year to year, so that a new report begins with what stood in the last one.
TAKEN_OVER = {Kind.ABOUT, Kind.METHOD, Kind.ORGANISATION}
ORGANISATION_FIELDS = ["legal_name", "rsin", "chamber_number", "address", "contact", "website"]
ORGANISATION_FIELDS += ["purpose", "board", "pay_policy", "accounts"]
NOT_A_DRAFT = "Dit verslag is geen concept. Zet het eerst terug naar concept."


@transaction.atomic
def start_report(year: int, *, by: User) -> Report:
    """The report of `year` with all its sections, to be written; the one that is there already when somebody began it.

    Words that return every year and the data of the organisation come from the last report before it. Raises
    `ValidationError` for a year without a register, and for one to come.
    """
    if report := Report.objects.filter(year=year).first():
        return report
    began = house_registered_from()
    if began is None or year < began.year:
        raise ValidationError("Van dit jaar is er geen register.")
    last = Report.objects.filter(year__lt=year).order_by("-year").first()
    report = Report(year=year, title="Jaarverslag impact", subtitle="Samen werken aan een beter leven")
    for field in ORGANISATION_FIELDS if last else []:
        setattr(report, field, getattr(last, field))
    report._history_user = by
    report.full_clean()
    report.save(force_insert=True)
    known = {each.kind: each for each in last.sections.filter(workshop=None, kind__in=TAKEN_OVER)} if last else {}
    for position, kind in enumerate(TITLES, start=1):
        text, english = TEXTS.get(kind, ("", ""))
        if kind in known:
            text, english = known[kind].text, known[kind].english_text
        _add(ReportSection(report=report, kind=kind, position=position, text=text, english_text=english), by)
    add_workshop_sections(report, by=by)
    return report


@transaction.atomic
def add_workshop_sections(report: Report, *, by: User) -> int:
    """A part of its own for every workshop with a register in the year of the report; how many are new.

    What somebody wrote about a workshop stays, also when nothing is registered there any more.
    """
    there = set(report.sections.filter(workshop__isnull=False).values_list("workshop", flat=True))
    year = Period.of_year(report.year)
    workshops = Workshop.objects.filter(registered_from__lte=year.end, sessions__date__range=(year.start, year.end))
    new = workshops.exclude(pk__in=there).order_by("name").distinct()
    for position, workshop in enumerate(new, start=len(there) + 1):
        _add(ReportSection(report=report, kind=Kind.WORKSHOPS, workshop=workshop, position=position), by)
    return len(new)


@transaction.atomic
def save_report(report: Report, *, by: User) -> None:
    """Keep the title and the data of the organisation; raises `ValidationError` when it is no draft any more."""
    _check_is_draft(report)
    report._history_user = by
    report.full_clean()
    report.save()


@transaction.atomic
def save_section(section: ReportSection, stories: Iterable | None = None, *, by: User) -> None:
    """Keep what was written in one section; raises `ValidationError` when its report is no draft any more."""
    _check_is_draft(section.report)
    section._history_user = by
    section.full_clean()
    section.save()
    if stories is not None:
        section.stories.set(stories)


@transaction.atomic
def move_section(section: ReportSection, step: int, *, by: User) -> bool:
    """Let the section change places with the one before it (`step` -1) or after it (1); whether there is one.

    The sections of a report are one row, the workshops among each other another.
    """
    _check_is_draft(section.report)
    is_workshop = section.workshop_id is not None
    row = list(
        section.report.sections.filter(workshop__isnull=not is_workshop).defer("picture").order_by("position", "pk")
    )
    at = row.index(section)
    if not 0 <= at + step < len(row):
        return False
    row[at], row[at + step] = row[at + step], row[at]
    for position, each in enumerate(row, start=1):
        if each.position != position:
            each.position, each._history_user = position, by
            each.save(update_fields=["position"])
    return True


@transaction.atomic
def switch_section(section: ReportSection, is_on: bool, *, by: User) -> None:
    """Put the section in the report, or leave it out; its words stay."""
    _check_is_draft(section.report)
    section.is_on, section._history_user = is_on, by
    section.save(update_fields=["is_on"])


def offer_report(report: Report, *, by: User) -> Report:
    """A draft goes to whoever looks at it before it is published; nobody changes it meanwhile."""
    return _become(report, State.DRAFT, State.REVIEW, "", by, refusal="Dit verslag is geen concept meer.")


def return_report(report: Report, remark: str, *, by: User) -> Report:
    """Back from review to draft, with what has to be different."""
    refusal = "Dit verslag is niet ter controle."
    return _become(report, State.REVIEW, State.DRAFT, _required(remark), by, refusal=refusal)


def correct_report(report: Report, remark: str, *, by: User) -> Report:
    """Take a published report up again for a next version, with why; what was published stays as it is."""
    refusal = "Dit verslag is nog niet gepubliceerd: je kunt het gewoon wijzigen."
    return _become(report, State.PUBLISHED, State.DRAFT, _required(remark), by, refusal=refusal)


def lock_report(report: Report) -> Report:
    """The report as it is now, held until the end of the transaction: whoever changes anything in it waits."""
    return Report.objects.select_for_update(of=("self",)).order_by().get(pk=report.pk)


@transaction.atomic
def _become(report: Report, old: str, new: str, remark: str, by: User, *, refusal: str) -> Report:
    report = lock_report(report)
    if report.state != old:
        raise ValidationError(refusal)
    report.state, report.remark, report._history_user = new, remark, by
    report.full_clean()
    report.save()
    return report


def _required(remark: str) -> str:
    if not remark.strip():
        raise ValidationError({"remark": "Schrijf erbij waarom."})
    return remark.strip()


def _check_is_draft(report: Report) -> None:
    if lock_report(report).state != State.DRAFT:
        raise ValidationError(NOT_A_DRAFT)


def _add(section: ReportSection, by: User) -> None:
    section._history_user = by
    section.full_clean(exclude=["report"])
    section.save(force_insert=True)
