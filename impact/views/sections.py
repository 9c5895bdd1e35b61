"""The sections of a report: their words with a preview, their place, and whether they are in it."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from impact.forms.reports import ProseField, SectionForm
from impact.models import ReportSection
from impact.report.filling import section_title
from impact.report.prose import blocks_of
from impact.services.publishing import stories_to_choose
from impact.services.reports import move_section, save_section, switch_section
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import refusals_on


@edit_page
@permission_required("impact.make_reports", raise_exception=True)
def section_edit(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    sections = ReportSection.objects.select_related("report", "workshop")
    section = get_to_edit(request, sections, pk=pk, report__year=year)
    # What is stored, whatever was typed or uploaded meanwhile.
    context = {"section": section, "title": section_title(section), "shown": _shown(section), "report": section.report}
    is_sent = request.method == "POST"
    form = SectionForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        instance=section,
        stories=stories_to_choose(),
    )
    if is_sent and form.is_valid():
        with refusals_on(form):
            save_section(form.instance, form.cleaned_data.get("stories"), by=request.user)
            messages.success(request, f"“{section_title(section)}” is bewaard.")
            tell_taken(request, form)
            return redirect("section_edit", year, pk) if "stay" in request.POST else _back(section)
    typed = form["text"].value() or ""
    return render(request, "impact/section_edit.html", context | {"form": form, "blocks": blocks_of(typed)})


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def section_preview(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """How the words that are being typed will stand in the report; nothing is kept."""
    get_object_or_404(ReportSection.objects.only("pk"), pk=pk, report__year=year)
    text = ProseField().to_python(request.POST.get("text", ""))[:8000]
    return render(request, "impact/_prose.html", {"blocks": blocks_of(text)})


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def section_picture(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The picture of a section; a browser that has it already is told so."""
    section = get_object_or_404(ReportSection.objects.only("picture"), pk=pk, report__year=year)
    if not section.picture:
        raise Http404("no picture")
    content = bytes(section.picture)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag, response=HttpResponse(content, content_type="image/jpeg"))
    response["ETag"] = etag
    return response


@require_POST
@permission_required("impact.make_reports", raise_exception=True)
def section_move(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One place up or down, or, for `switch`, in or out of the report."""
    section = get_object_or_404(ReportSection.objects.select_related("report"), pk=pk, report__year=year)
    try:
        if "switch" in request.POST:
            switch_section(section, not section.is_on, by=request.user)
        else:
            move_section(section, -1 if "up" in request.POST else 1, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(section)


def _back(section: ReportSection) -> HttpResponse:
    return redirect(f"{reverse('report_edit', args=[section.report.year])}#onderdeel-{section.pk}")


def _shown(section: ReportSection) -> dict:
    return {"has_picture": bool(section.picture), "picture_text": section.picture_text}
