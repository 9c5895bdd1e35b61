"""What a coordinator should know of who walked in."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def walk_in_list(request: HttpRequest) -> HttpResponse:
    return render(request, "workshops/walk_in_list.html")
