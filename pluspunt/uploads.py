"""How much may be sent at once, and where it stays: in memory, never in a file on the server."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_too_large(get_response):
    """Refuses what is larger than `LARGEST_REQUEST` before any of it is read."""

    def middleware(request):
        sent = request.META.get("CONTENT_LENGTH") or "0"
        is_too_large = sent.isdecimal() and int(sent) > settings.LARGEST_REQUEST
        return _too_large() if is_too_large else get_response(request)

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for a request that Django refuses; of too much it says so (413)."""
    return _too_large() if isinstance(exception, _TOO_MUCH) else defaults.bad_request(request, exception)


def _too_large() -> HttpResponse:
    """Made without the request: reading who is signed in would read what was sent."""
    facts = {"largest": settings.LARGEST_REQUEST // 1024 // 1024}
    return HttpResponse(render_to_string("413.html", facts), status=413)
