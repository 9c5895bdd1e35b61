"""Partners, the people there, and what is done together."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import Organisation


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def organisation_list(request: HttpRequest) -> HttpResponse:
    return render(request, "partners/organisation_list.html", {"organisations": Organisation.objects.all()})
