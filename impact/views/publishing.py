"""Publishing a report, and what was published: versions and their files, which never change."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from impact.models import Report, ReportFile, ReportVersion
from impact.report.edition import changes_since_last
from impact.report.filling import report_content
from impact.report.prose import blocks_of
from impact.services.documents import request_document
from impact.services.publishing import PUBLICATION, publication_checks, publication_under_way, take_up_publication
from pluspunt.forms import form_page


@form_page
@permission_required("impact.make_reports", raise_exception=True)
def report_publish(request: HttpRequest, year: int) -> HttpResponse:
    """The list of what must be in order, what will differ from the last version, and the button."""
    report = get_object_or_404(Report, year=year)
    if request.method == "POST":
        return _ask(request, report)
    today = timezone.localdate()
    checks = publication_checks(report, today)
    last = report.versions.defer("content").first()
    context = {
        "report": report,
        "last": last,
        "number": last.number + 1 if last else 1,
        "checks": checks,
        "refusals": [check for check in checks if check.refuses],
        "changes": changes_since_last(report, today) if last else [],
        "publication": publication_under_way(report),
    }
    return render(request, "impact/report_publish.html", context)


def _ask(request: HttpRequest, report: Report) -> HttpResponse:
    try:
        number = take_up_publication(report)
        asked = {"report": report.pk, "number": number, "by": request.user.pk}
        request_document(PUBLICATION, asked, by=request.user)
    except ValidationError as error:
        messages.error(request, f"Er is niets gepubliceerd. {' '.join(error.messages)}")
        return redirect("report_publish", report.year)
    messages.success(request, f"Versie {number} wordt gemaakt. Je kunt intussen verder met iets anders.")
    return redirect("report_edit", report.year)


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def report_preview(request: HttpRequest, year: int) -> HttpResponse:
    """The words, pictures and stories of the report as they follow each other, without the figures."""
    report = get_object_or_404(Report, year=year)
    content = report_content(report)
    sections = [(each, blocks_of(each.text)) for each in content.sections]
    return render(request, "impact/report_preview.html", {"report": report, "sections": sections})


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def report_version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """A published version: its files, its fingerprint, and what changed in it."""
    versions = ReportVersion.objects.select_related("report", "published_by").defer("content")
    version = get_object_or_404(versions, report__year=year, number=number)
    context = {"version": version, "report": version.report, "files": version.files.defer("content")}
    return render(request, "impact/report_version.html", context)


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def report_file_download(request: HttpRequest, year: int, number: int, pk: int) -> HttpResponse:
    """The bytes as they were when the version was published."""
    files = ReportFile.objects.filter(version__report__year=year, version__number=number)
    file = get_object_or_404(files, pk=pk)
    headers = {"Content-Disposition": content_disposition_header(True, file.name)}
    response = HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)
    etag = f'"{file.sha256}"'
    response = get_conditional_response(request, etag=etag, response=response)
    response["ETag"] = etag
    return response
