"""Documents about a year, as PDF."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from impact.report.partner import partner_pdf, years_together
from impact.report.years import report_period
from partners.models import Organisation
from pluspunt.pdf import pdf_response
from pluspunt.replica import from_replica
from workshops.services.sessions import ensure_sessions


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
@from_replica
def partner_year_pdf(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """What a partner and the centre did together in a year; of this year up to yesterday. Without names of people."""
    organisation = get_object_or_404(Organisation, pk=pk)
    today = timezone.localdate()
    if year not in years_together(organisation, today.year):
        raise Http404("Van dit jaar is er met deze partner niets bekend.")
    ensure_sessions(today)
    document = partner_pdf(organisation, report_period(year, today))
    return pdf_response(document, f"{slugify(organisation.name)}-{year}.pdf")
