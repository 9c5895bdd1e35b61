"""Spreadsheets between uploading and confirming: their good rows wait in the database, never the files."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from workshops.models import ImportDraft
from workshops.services.year_import.plan import YearPlan
from workshops.services.year_import.planning import plan_import
from workshops.services.year_import.report import ImportReport
from workshops.services.year_import.rows import YearRows
from workshops.services.year_import.writing import import_year


@transaction.atomic
def make_draft(rows: YearRows, *, by: User) -> ImportDraft:
    """Keep `rows` for an hour, with the report of what they would do; earlier drafts of `by` are emptied."""
    delete_expired_drafts()
    ImportDraft.objects.filter(made_by=by).update(rows={})
    report = plan_import(rows).report()
    return ImportDraft.objects.create(made_by=by, rows={"rows": rows.as_json(), "report": report.as_json()})


@transaction.atomic
def confirm_draft(draft: ImportDraft, *, by: User) -> YearPlan:
    """Take the rows in, compared again with the database as it is now; the draft keeps only the report.

    Raises `ValidationError` when the draft is gone or was confirmed before.
    """
    draft = ImportDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if gone := why_gone(draft):
        raise ValidationError(gone)
    if "rows" not in draft.rows:
        raise ValidationError("Deze bestanden zijn al ingelezen.")
    plan = import_year(YearRows.from_json(draft.rows["rows"]), by=by)
    draft.rows = {"report": plan.report().as_json()}
    draft.save(update_fields=["rows"])
    return plan


def why_gone(draft: ImportDraft) -> str:
    """Why a draft can no longer be shown or confirmed; empty when it can."""
    if draft.is_expired:
        return "Het overzicht is ouder dan een uur. Kies de bestanden opnieuw."
    if not draft.rows:
        return "Je hebt daarna andere bestanden gekozen. Kies de bestanden opnieuw."
    return ""


def draft_report(draft: ImportDraft) -> ImportReport:
    """What the rows would do, or did when they were confirmed."""
    return ImportReport.from_json(draft.rows["report"])


def is_confirmed(draft: ImportDraft) -> bool:
    """Whether it was taken in: then the rows are gone and only the report is left."""
    return "rows" not in draft.rows


def delete_expired_drafts() -> int:
    """Take away what waited for more than an hour; returns how many drafts that were."""
    return ImportDraft.objects.expired().delete()[0]
