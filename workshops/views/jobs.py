"""Jobs of the workshops."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def job_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/job_list.html")
