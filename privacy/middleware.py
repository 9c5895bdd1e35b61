import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from privacy.registry import find_person
from privacy.services import Action, log_access
from privacy.services.log import LogUnavailableError

logger = logging.getLogger(__name__)

SENTENCE = "Pluspunt kan niet opschrijven dat je dit bekijkt. Daarom laten we het niet zien."
# Seconds until it makes sense to ask again.
WAIT = 60


def nothing_unlogged(get_response):
    """Shows nothing (503) when the access log cannot be written, and records what was refused to whom."""

    def middleware(request):
        response = get_response(request)
        try:
            return _recorded(request, response)
        except LogUnavailableError as error:
            return _not_available(request, error)

    def process_exception(request, exception):
        return _not_available(request, exception) if isinstance(exception, LogUnavailableError) else None

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


def _not_available(request: HttpRequest, error: LogUnavailableError) -> HttpResponse:
    """Made without asking the database anything, which may be what is wrong."""
    # Its text could repeat what stands in the row.
    cause = error.__cause__
    state = getattr(cause.__cause__, "sqlstate", None) or getattr(cause.__cause__, "sqlite_errorname", "")
    logger.error("access log not written: %s %s", type(cause).__name__, state)
    if "HX-Request" in request.headers:
        response = HttpResponse(SENTENCE, content_type="text/plain; charset=utf-8")
    elif request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        response = JsonResponse({"wait": WAIT})
    else:
        response = HttpResponse(render_to_string("503_log.html", {"sentence": SENTENCE}))
    response.status_code = 503
    response["Retry-After"] = str(WAIT)
    return response
