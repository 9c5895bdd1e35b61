"""Documents about a year, as PDF."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from impact.forms.periods import year_so_far
from impact.report.partner import partner_year, years_together
from impact.report.years import report_period, report_years
from partners.models import Organisation
from pluspunt.pdf import pdf_response, render_pdf
from workshops.services.sessions import ensure_sessions


@require_safe
@permission_required("impact.make_reports", raise_exception=True)
def annual_report(request: HttpRequest) -> HttpResponse:
    """The years of which there is a report."""
    today = timezone.localdate()
    years = report_years(today)
    # A finished year is what most people come for.
    context = {"years": years, "so_far": year_so_far(today), "first_choice": years[:2][-1] if years else None}
    return render(request, "impact/annual_report.html", context)


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def partner_year_pdf(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """What a partner and the centre did together in a year; of this year up to yesterday. Without names of people."""
    organisation = get_object_or_404(Organisation, pk=pk)
    today = timezone.localdate()
    if year not in years_together(organisation, today.year):
        raise Http404("Van dit jaar is er met deze partner niets bekend.")
    ensure_sessions(today)
    period = report_period(year, today)
    label = f"{year} tot en met {date_format(period.end, 'j F')}" if year == today.year else str(year)
    context = {"year": partner_year(organisation, period), "label": label, "document_date": period.end}
    document = render_pdf("impact/print/partner_year.html", context)
    return pdf_response(document, f"{slugify(organisation.name)}-{year}.pdf")
