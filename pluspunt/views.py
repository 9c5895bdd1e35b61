import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.http import require_safe

from pluspunt.middleware import is_database_away, please_wait
from pluspunt.navigation import home_url


def home(request: HttpRequest) -> HttpResponse:
    """Sends everybody to the work of their role."""
    return redirect(home_url(request.user.role))


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a tablet shows when it has no line; kept in the browser beforehand, so it says nothing about anybody."""
    return render(request, "offline.html")


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows `offline` when there is no line; from the root, so that it is there for every page."""
    answer = HttpResponse(render_to_string("service_worker.js"), content_type="text/javascript")
    # A browser asks this while somebody signs in, still with the cookie of before: Django would take the new one away
    # from who comes with a session that is gone. One that was not looked at is left alone.
    request.session = type(request.session)(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """What goes wrong outside of a view, as in finding out who is signed in; Django calls it while it handles that.

    A middleware above cannot see it: Django turns what one layer raises into an answer before the next one.
    """
    error = sys.exc_info()[1]
    return please_wait(request, error) if is_database_away(error) else defaults.server_error(request)
