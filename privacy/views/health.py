"""Whether Pluspunt runs: in a word for who waits or watches, in sentences for the administrator."""

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.services.health import health_checks, is_migrated


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Whether pages can be opened now: a tablet that waits and a proxy that spreads the work ask this all the time."""
    is_ready = is_migrated()
    return JsonResponse({"status": "ok" if is_ready else "migrations"}, status=200 if is_ready else 503)


@login_not_required
@require_safe
def health_all(request: HttpRequest) -> HttpResponse:
    """The same for a monitor that warns somebody, with a word for each part; 503 when one needs attention."""
    checks = health_checks()
    is_good = all(check.state.is_good for check in checks)
    words = {check.name: check.state.value for check in checks}
    facts = {"status": "ok" if is_good else "attention", "checks": words}
    return JsonResponse(facts, status=200 if is_good else 503)


@require_safe
@permission_required("privacy.view_health", raise_exception=True)
def health_detail(request: HttpRequest) -> HttpResponse:
    """The page of the administrator: what is looked at, how it is, and when it last was well."""
    checks = health_checks()
    context = {"checks": checks, "to_do": [check for check in checks if not check.state.is_good]}
    return render(request, "privacy/health_detail.html", context)
