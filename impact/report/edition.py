"""A version of a report in the making: all that is said, taken at one moment, and the files that are made of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256

from django.db import connection, transaction

from impact.models import Report, ReportFile
from impact.report.annual import report_document
from impact.report.content import DUTCH, ENGLISH, Version
from impact.report.differences import Change, as_data, changes_between
from impact.report.filling import report_content
from impact.report.frozen import Content, canonical, fingerprint_of, frozen_content, hidden_in
from impact.report.leaflets import Leaflet, leaflets_of
from impact.report.sheets import pdf_of_summary, summary_context
from impact.report.spreadsheet import figures_csv, figures_workbook, figures_zip
from pluspunt.archives import ZIP, zip_file
from pluspunt.periods import Period
from pluspunt.spreadsheets import XLSX

PDF, JSON = "application/pdf", "application/json"
# Of the percents of the whole, what comes before and after the making of the files.
FIRST, LAST = 15, 97


@dataclass(frozen=True)
class FilePlan:
    """A file that is still to be made; `make` looks at nothing but what was taken already."""

    name: str
    title: str
    content_type: str
    make: Callable[[], bytes]


@dataclass(frozen=True)
class Edition:
    """What version `number` says and which files it gets. `seen` is the state of the report that it was made of."""

    report: Report
    number: int
    seen: int
    content: Content
    fingerprint: str
    plans: list[FilePlan]

    def files(self, progress: Callable[[int, str], None]) -> list[ReportFile]:
        """Every file of the version, made now."""
        made = []
        for position, plan in enumerate(self.plans):
            progress(FIRST + (LAST - FIRST) * position // len(self.plans), f"{plan.title} wordt gemaakt")
            content = plan.make()
            made.append(
                ReportFile(
                    name=plan.name,
                    title=plan.title,
                    content_type=plan.content_type,
                    content=content,
                    sha256=sha256(content).hexdigest(),
                )
            )
        progress(LAST, "De versie wordt bewaard")
        return made


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything that is read inside is as it was at one moment, whatever others write meanwhile; nobody waits for it.

    Only for reading. Inside a transaction that is going on already, that one is the moment.
    """
    if connection.in_atomic_block:
        yield
        return
    # On SQLite a transaction of ours begins by asking to write, which would keep everybody else from it.
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def make_edition(report: Report, day: date) -> Edition:
    """What the next version of `report` would say, published on `day`."""
    content, kept_back = next_content(report, day), hidden_in(_last_content(report))
    fingerprint = fingerprint_of(content)
    changes = tuple(change["sentence"] for change in content["changes"])
    version = Version(content["number"], day, fingerprint, changes)
    return Edition(
        report=report,
        number=content["number"],
        seen=report.history.latest().pk,
        content=content,
        fingerprint=fingerprint,
        plans=_plans(report, content, version, kept_back),
    )


def next_content(report: Report, day: date) -> Content:
    """Everything that the next version says, with the list of what changed since the last one."""
    last = report.versions.first()
    number = last.number + 1 if last else 1
    content = frozen_content(report, number=number, day=day.isoformat(), before=last and last.content)
    return content | {"changes": as_data(changes_between(last.content, content)) if last else []}


def _last_content(report: Report) -> Content | None:
    last = report.versions.first()
    return last and last.content


def changes_since_last(report: Report, day: date) -> list[Change]:
    """What a next version would say differently; nothing before the first one."""
    return [Change(**each) for each in next_content(report, day)["changes"]]


def _plans(report: Report, content: Content, version: Version, kept_back: frozenset[str]) -> list[FilePlan]:
    """Everything that is published together, all of it made of what was taken."""
    year, number, day = report.year, version.number, version.date
    period = Period.of_year(year)
    data = tuple(figures_csv(content, period))
    plans, documents = [], {}
    for language, name in ((DUTCH, "Jaarverslag impact"), (ENGLISH, "Impact report")):
        if language in content["languages"]:
            words = replace(report_content(report, language=language, version=version), kept_back=kept_back)
            documents[language] = document = report_document(words, data)
            title = name if language == DUTCH else f"{name} (Engels)"
            plans.append(FilePlan(f"{name} {year} versie {number}.pdf", title, PDF, document.pdf))
    context = documents[DUTCH].context
    summary = summary_context(period, context["report"]) | {"version": version}
    leaflets = leaflets_of(context["report"], context["content"])
    if leaflets:
        title = "Een blad per werkplaats, partner en thema"
        make = partial(_zip_of_leaflets, leaflets, day)
        plans.append(FilePlan(f"Bladen {year} versie {number}.zip", title, ZIP, make))
    return [
        *plans,
        FilePlan(
            f"Het jaar op een bladzijde {year} versie {number}.pdf",
            "Het jaar op één bladzijde",
            PDF,
            partial(pdf_of_summary, summary),
        ),
        FilePlan(
            f"Cijfers {year} versie {number}.xlsx",
            "De cijfers als spreadsheet, met definities",
            XLSX,
            partial(figures_workbook, content, period, day),
        ),
        FilePlan(
            f"Cijfers {year} versie {number} (csv).zip",
            "De cijfers als csv-bestanden",
            ZIP,
            partial(figures_zip, content, period, day),
        ),
        FilePlan(
            f"Inhoud {year} versie {number}.json",
            "De inhoud waarvan de vingerafdruk is",
            JSON,
            partial(canonical, content),
        ),
    ]


def _zip_of_leaflets(leaflets: list[Leaflet], day: date) -> bytes:
    return zip_file([(name, make()) for name, make in leaflets], day)
