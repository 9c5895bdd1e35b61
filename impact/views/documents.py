"""Documents that the worker makes: asked for, followed while they are made, and taken home."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from impact.forms.documents import SUBJECTS, DocumentForm
from impact.models import Document
from impact.report.making import DOCUMENT_KINDS
from impact.report.years import report_years
from impact.services.documents import (
    KEPT,
    cancel_document,
    is_worker_away,
    request_document,
    retry_document,
    see_documents,
)

LISTED = 50


@dataclass(frozen=True)
class Line:
    """A document in the list, and how many others are made before it."""

    document: Document
    ahead: int | None


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def document_list(request: HttpRequest) -> HttpResponse:
    """What somebody asked for and how far it is; the list alone for the script that looks every few seconds."""
    queue = list(Document.objects.going_on().in_order().values_list("pk", flat=True))
    documents = Document.objects.visible_to(request.user)[:LISTED]
    lines = [Line(each, queue.index(each.pk) if each.pk in queue else None) for each in documents]
    context = {
        "lines": lines,
        "counts": [(state.label, sum(line.document.state == state for line in lines)) for state in Document.State],
        "is_going_on": any(line.document.is_going_on for line in lines),
        "is_worker_away": is_worker_away(),
        "kept_days": KEPT.days,
    }
    if request.htmx:
        answer = render(request, "impact/_documents.html", context)
    else:
        answer = render(request, "impact/document_list.html", context | _choices(request))
    see_documents(request.user)
    return answer


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def document_news(request: HttpRequest) -> HttpResponse:
    """Says on top of any page what became ready; as long as something is going on the page asks again."""
    documents = Document.objects.visible_to(request.user)
    context = {"news": list(documents.unseen()), "is_going_on": documents.going_on().exists()}
    return render(request, "impact/_document_news.html", context)


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def document_request(request: HttpRequest) -> HttpResponse:
    form = DocumentForm(request.POST, today=timezone.localdate())
    if form.is_valid():
        try:
            document = request_document(form.cleaned_data["kind"], form.parameters, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"{document.title} wordt gemaakt. Je kunt intussen verder met iets anders.")
    else:
        messages.error(request, "Dit document kan niet. Kies hieronder van welk jaar, en waarover.")
    return redirect("document_list")


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def document_download(request: HttpRequest, pk: int) -> HttpResponse:
    documents = Document.objects.filter(requested_by=request.user, state=Document.State.READY)
    document = get_object_or_404(documents, pk=pk)
    headers = {"Content-Disposition": content_disposition_header(True, document.name)}
    return HttpResponse(bytes(document.content), content_type=document.content_type, headers=headers)


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def document_retry(request: HttpRequest, pk: int) -> HttpResponse:
    retry_document(get_object_or_404(Document.objects.visible_to(request.user), pk=pk))
    return redirect("document_list")


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def document_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if cancel_document(document):
        messages.success(request, f"{document.title} wordt niet gemaakt.")
    else:
        messages.error(request, f"{document.title} is al klaar.")
    return redirect("document_list")


def _choices(request: HttpRequest) -> dict:
    """The documents that can be asked for, of the year in `?jaar=`; at first of the last finished year."""
    today = timezone.localdate()
    years = report_years(today)
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else (years[:2][-1] if years else None)
    if asked and year not in years:
        raise Http404("Van dit jaar is er geen register.")
    listed = [key for key, kind in DOCUMENT_KINDS.items() if set(kind.needs) <= {"year", *SUBJECTS}]
    forms = [(DOCUMENT_KINDS[key], DocumentForm(today=today, kind=key, year=year)) for key in listed]
    return {"years": years, "year": year, "this_year": today.year, "forms": forms if year else []}
