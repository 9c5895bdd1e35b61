"""Documents about somebody: for themselves, or for somebody else with their consent."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from impact.charts import month_labels
from participants.forms.documents import DocumentForm
from participants.models import Consent, Participant, SentDocument
from participants.services.documents import record_sent_document
from participants.views.pages import get_participant, person_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.pdf import pdf_response, render_pdf
from pluspunt.periods import Period
from privacy.services import Action, log_access
from workshops.services.progress import Progress, progress_of
from workshops.services.sessions import ensure_sessions

TEMPLATES = {
    SentDocument.Kind.SUPPORT_PLAN: "participants/print/support_plan.html",
    SentDocument.Kind.PROGRESS_REPORT: "participants/print/progress_report.html",
}


@require_safe
@permission_required("participants.view_participant", raise_exception=True)
def participant_documents(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    sent = SentDocument.objects.none()
    if request.user.has_perm("participants.change_participant"):
        recipients = [f"consent__{name}" for name in ("practitioner", "representative", "organisation")]
        sent = participant.sent_documents.defer("content").select_related("sent_by", *recipients)
    template = "participants/participant_documents.html"
    return person_page(request, template, participant, "documenten", sent=sent)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def support_plan_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The plan as it stands today, to go through together and sign."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    log_access(request, Action.PRINT, [participant], "traject, plaatsingen, indicatie, doelen")
    context = _plan_context(participant, progress_of(participant, Period(today, today)), today)
    return pdf_response(render_pdf(TEMPLATES[SentDocument.Kind.SUPPORT_PLAN], context), "begeleidingsplan.pdf")


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def document_send(request: HttpRequest, key: str) -> HttpResponse:
    """Choose what goes to whom, read what stands in it, and record that it was sent."""
    participant = get_participant(request, key)
    today = timezone.localdate()
    asked = request.POST if request.method == "POST" else request.GET or None
    form = DocumentForm(asked, participant=participant, today=today)
    is_chosen = asked is not None and form.is_valid()
    if is_chosen and request.method == "POST":
        with refusals_on(form):
            return _send(request, participant, form)
    progress = progress_of(participant, form.period) if is_chosen and form.is_valid() else None
    log_access(request, Action.VIEW, [participant], "toestemmingen" if progress is None else "aanwezigheid, doelen")
    context = {"participant": participant, "form": form, "progress": progress}
    return render(request, "participants/document_send.html", context)


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def document_draft_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """What would be sent, with the word "concept" on it."""
    participant = get_participant(request, key)
    form = DocumentForm(request.GET, participant=participant, today=timezone.localdate())
    if not form.is_valid():
        raise Http404("Kies eerst een document, voor wie het is en over welke dagen.")
    log_access(request, Action.PRINT, [participant], "aanwezigheid, doelen")
    return pdf_response(_chosen_document(participant, form, is_draft=True), "concept.pdf")


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def sent_document_pdf(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """What was sent, to the byte."""
    participant = get_participant(request, key)
    document = get_object_or_404(participant.sent_documents, pk=pk)
    log_access(request, Action.PRINT, [participant], document.get_kind_display())
    filename = f"{slugify(document.get_kind_display())}-{document.sent_on:%Y-%m-%d}.pdf"
    return pdf_response(bytes(document.content), filename)


def _send(request: HttpRequest, participant: Participant, form: DocumentForm) -> HttpResponse:
    chosen = form.cleaned_data
    content = _chosen_document(participant, form, is_draft=False)
    document = record_sent_document(
        participant, chosen["kind"], chosen["consent"], form.period, content, by=request.user
    )
    log_access(request, Action.EXPORT, [participant], f"{document.get_kind_display()}: aanwezigheid, doelen")
    to = document.consent.recipient
    messages.success(request, f"Vastgelegd. Haal het {document.get_kind_display()} hieronder op en geef het aan {to}.")
    return redirect("participant_documents", participant.key)


def _chosen_document(participant: Participant, form: DocumentForm, *, is_draft: bool) -> bytes:
    chosen, today = form.cleaned_data, timezone.localdate()
    ensure_sessions(today)
    return document_pdf(participant, chosen["kind"], chosen["consent"], form.period, today, is_draft=is_draft)


def document_pdf(
    participant: Participant, kind: str, consent: Consent, period: Period, today: date, *, is_draft: bool = False
) -> bytes:
    """A document of one `kind` about `period`, for the recipient of `consent`, as it is on `today`."""
    progress = progress_of(participant, period)
    if kind == SentDocument.Kind.SUPPORT_PLAN:
        context = _plan_context(participant, progress, today)
    else:
        context = _report_context(participant, progress, period)
    context |= {"consent": consent, "is_draft": is_draft, "document_date": today}
    return render_pdf(TEMPLATES[kind], context)


def _plan_context(participant: Participant, progress: Progress, today: date) -> dict:
    return {
        "participant": participant,
        "trajectory": participant.main_trajectory,
        "placements": participant.placements.on(today).select_related("workshop__location"),
        "indication": participant.current_indication,
        "goals": [goal for goal in progress.goals if goal.goal.is_running],
        "consent": None,
        "is_draft": False,
        "document_date": today,
    }


def _report_context(participant: Participant, progress: Progress, period: Period) -> dict:
    labels = month_labels(list(progress.by_month))
    return {
        "participant": participant,
        "trajectory": participant.main_trajectory,
        "period": period,
        "total": progress.attendance,
        "months": list(zip(labels, progress.by_month.values(), strict=True)),
        "goals": progress.goals,
    }
