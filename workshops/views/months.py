"""Closing a month."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def month_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/month_list.html")
