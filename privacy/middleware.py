import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from privacy.registry import find_person
from privacy.services import Action, log_access
from privacy.services.log import LogUnavailableError

logger = logging.getLogger(__name__)


def nothing_unlogged(get_response):
    """Shows nothing (503) when the access log cannot be written, and records what was refused to whom."""

    def middleware(request):
        response = get_response(request)
        try:
            return _recorded(request, response)
        except LogUnavailableError as error:
            return _not_available(error)

    def process_exception(request, exception):
        return _not_available(exception) if isinstance(exception, LogUnavailableError) else None

    middleware.process_exception = process_exception
    return middleware


def _recorded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer; that somebody asked for what is not theirs, or is not there, is in the log before it leaves."""
    match = request.resolver_match
    if response.status_code in (403, 404) and match and match.url_name and request.user.is_authenticated:
        person = find_person("participant", match.kwargs["key"]) if "key" in match.kwargs else None
        numbers = [str(value) for value in match.kwargs.values() if isinstance(value, int)]
        data = " ".join([match.url_name, *numbers])
        log_access(request, Action.REFUSED, [person] if person else [], data)
    return response


def _not_available(error: LogUnavailableError) -> HttpResponse:
    """Made without asking the database anything, which may be what is wrong."""
    logger.error("access log not written: %s", str(error).partition("\n")[0])
    response = HttpResponse(render_to_string("503_log.html"), status=503)
    response["Retry-After"] = "60"
    return response
