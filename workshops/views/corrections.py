"""Requests to mend a row that is frozen, or too old for a coach."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def correction_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/correction_list.html")
