"""Publishing: what must be in order first, and the version that comes of it (invariant 8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from impact.figures import attendance_figures
from impact.models import Document, Report, ReportFile, ReportSection, ReportVersion, Story, StoryUse
from impact.report.edition import Edition, make_edition, one_moment
from impact.services.reports import lock_report
from pluspunt.periods import Period
from pluspunt.templatetags.words import percent
from workshops.models import ClosedMonth
from workshops.services.months import months_of_house
from workshops.services.sessions import ensure_sessions

Kind = ReportSection.Kind
ANNUAL_REPORT = StoryUse.Use.ANNUAL_REPORT
# The kind of document that makes a version.
PUBLICATION = "report_version"


@dataclass(frozen=True)
class Check:
    """One thing that must be in order before publishing: `problem` says what is not, and who can mend it.

    It may be published with a problem that only `warns`.
    """

    label: str
    problem: str = ""
    warns: bool = False
    section: ReportSection | None = None

    @property
    def refuses(self) -> bool:
        return bool(self.problem) and not self.warns


def publication_checks(report: Report, today: date) -> list[Check]:
    """Everything that is looked at before `report` is published, whether it is in order or not."""
    year = Period.of_year(report.year)
    sections = list(report.sections.without_pictures().select_related("workshop").filter(is_on=True))
    return [
        Check("Het jaar is voorbij", "" if year.end < today else f"{report.year} loopt nog."),
        _months(report.year, today),
        *_texts(sections),
        *_pictures(sections),
        *_stories(report, sections),
        *_translations(report, sections),
        _organisation(report),
        _completeness(year),
    ]


@transaction.atomic
def take_up_publication(report: Report) -> int:
    """The number that the next version gets; raises `ValidationError` with every reason not to publish."""
    report = lock_report(report)
    _refuse_what_is_not_ready(report)
    if publication_under_way(report):
        raise ValidationError("Deze versie wordt al gemaakt.")
    return report.versions.count() + 1


def publication_under_way(report: Report) -> Document | None:
    """The document in which the worker makes the next version, or in which that failed; `None` when nobody asked."""
    asked = {"parameters__report": report.pk, "parameters__number": report.versions.count() + 1}
    documents = Document.objects.filter(kind=PUBLICATION, **asked).defer("content")
    return documents.going_on().first() if report.state == Report.State.REVIEW else None


def publish(
    report: Report, *, by: User, progress: Callable[[int, str], None] = lambda percent, step: None
) -> ReportVersion:
    """The next version of a report in review, with all its files: everything made of figures taken at one moment.

    Long, and outside a request. The figures, words, definitions and factors are read in one snapshot of the database;
    the files are made of those without looking again, and only the end writes, in one short transaction. So a failure
    leaves the report in review, and nothing is half published. Raises `ValidationError` when something is not in
    order, also when that changed while the files were being made.
    """
    progress(2, "De registers worden bijgewerkt")
    today = timezone.localdate()
    ensure_sessions(today)
    progress(5, "De cijfers worden geteld")
    with one_moment():
        report = Report.objects.get(pk=report.pk)
        _refuse_what_is_not_ready(report)
        edition = make_edition(report, today)
    files = edition.files(progress)
    return _write(edition, files, by)


@transaction.atomic
def _write(edition: Edition, files: list[ReportFile], by: User) -> ReportVersion:
    report = lock_report(edition.report)
    _refuse_what_is_not_ready(report)
    if report.history.latest().pk != edition.seen or report.versions.count() + 1 != edition.number:
        raise ValidationError("Het verslag is gewijzigd terwijl het gemaakt werd. Publiceer het nog een keer.")
    version = ReportVersion(
        report=report,
        number=edition.number,
        published_by=by,
        content=edition.content,
        fingerprint=edition.fingerprint,
        changes=edition.content["changes"],
    )
    # Nothing changed in a first version.
    version.full_clean(exclude=["changes"])
    version.save(force_insert=True)
    for position, file in enumerate(files):
        file.version, file.position = version, position
        file.full_clean()
    ReportFile.objects.bulk_create(files)
    report.state, report.remark, report._history_user = Report.State.PUBLISHED, "", by
    report.save()
    return version


def _refuse_what_is_not_ready(report: Report) -> None:
    if report.state != Report.State.REVIEW:
        raise ValidationError("Alleen een verslag dat ter controle is, kan gepubliceerd worden.")
    if problems := [check.problem for check in publication_checks(report, timezone.localdate()) if check.refuses]:
        raise ValidationError(problems)


def _months(year: int, today: date) -> Check:
    months = [month for month in months_of_house(today) if month.year == year]
    closed = set(ClosedMonth.objects.filter(month__year=year).values_list("month", flat=True))
    still_open = sorted(set(months) - closed)
    names = _listed([date_format(month, "F") for month in still_open])
    problem = f"Nog niet gesloten: {names}. Een coördinator sluit een maand." if still_open else ""
    return Check("Alle maanden zijn gesloten", problem)


def _texts(sections: list[ReportSection]) -> list[Check]:
    missing = [each for each in sections if each.needs_text and not each.text.strip()]
    return [
        Check("Elk onderdeel heeft tekst", f"“{each}” is nog leeg. Schrijf er iets, of laat het weg.", section=each)
        for each in missing
    ] or [Check("Elk onderdeel heeft tekst")]


def _pictures(sections: list[ReportSection]) -> list[Check]:
    wrong = [each for each in sections if each.has_picture and not (each.picture_text and each.picture_consent)]
    label = "Elke foto is beschreven, met akkoord"
    return [
        Check(label, f"De foto bij “{each}” mist een beschrijving of een akkoord.", section=each) for each in wrong
    ] or [Check(label)]


def _stories(report: Report, sections: list[ReportSection]) -> list[Check]:
    label = "Elk verhaal heeft akkoord"
    chosen = Story.objects.filter(sections__in=[each for each in sections if each.takes_stories])
    checks = [
        Check(label, f"Voor het verhaal “{story}” is geen akkoord meer. Kies een ander.")
        for story in chosen.exclude(pk__in=Story.objects.usable_for(ANNUAL_REPORT)).distinct()
    ]
    page = next((each for each in sections if each.kind == Kind.STORIES), None)
    if page and not page.text and not page.stories.exists():
        checks.append(
            Check(label, "Bij “Verhalen” is geen verhaal gekozen. Kies er een, of laat het weg.", section=page)
        )
    return checks or [Check(label)]


def _translations(report: Report, sections: list[ReportSection]) -> list[Check]:
    if not report.has_english:
        return []
    label = "Alles is vertaald"
    dutch = [str(each) for each in sections if each.text and not each.english_text]
    return [Check(label, f"In het Engelse verslag staat in het Nederlands: {_listed(dutch)}." if dutch else "", True)]


def _organisation(report: Report) -> Check:
    asked = {"RSIN": report.rsin, "KvK-nummer": report.chamber_number, "adres": report.address}
    asked |= {"doelstelling": report.purpose, "bestuur": report.board, "beloningsbeleid": report.pay_policy}
    missing = [label for label, value in asked.items() if not value.strip()]
    return Check("De ANBI-gegevens zijn volledig", f"Nog leeg: {_listed(missing)}." if missing else "", True)


def _completeness(year: Period) -> Check:
    label = "Minstens 95 % is ingevuld"
    figures = attendance_figures(year)
    if figures is None or figures.completeness is None:
        return Check(label, "Van dit jaar is niets ingevuld.", True)
    problem = f"Ingevuld is {percent(figures.completeness)}. Dat staat ook in het verslag."
    return Check(label, problem if figures.is_incomplete else "", True)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}" if names else ""


def stories_to_choose() -> QuerySet[Story]:
    """Stories and quotes whose teller agreed to the annual report."""
    return Story.objects.usable_for(ANNUAL_REPORT).defer("picture").order_by("-told_on", "-pk")
