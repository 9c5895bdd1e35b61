"""The register of processing: which facts about people we keep, why, on what ground and for how long."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.pdf import pdf_response, render_pdf
from privacy.processing import all_processings


@require_safe
@permission_required("privacy.view_processing", raise_exception=True)
def processing_list(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/processing_list.html", {"processings": all_processings()})


@require_safe
@permission_required("privacy.view_processing", raise_exception=True)
def processing_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper, for whoever asks for it (AVG art. 30 lid 4)."""
    today = timezone.localdate()
    context = {"processings": all_processings(), "document_date": today}
    return pdf_response(
        render_pdf("privacy/print/processing.html", context), f"verwerkingsregister-{today:%Y-%m-%d}.pdf"
    )
