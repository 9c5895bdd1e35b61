import logging
import sqlite3
import time
from logging import ERROR, WARNING

import psycopg
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.defaults import bad_request, page_not_found

from pluspunt.logs import Asked, asked, number_for

logger = logging.getLogger(__name__)
requests = logging.getLogger("pluspunt.requests")

DISK_FULL = "De schijf van de server is vol. Wat je net stuurde, is niet opgeslagen. Bel je beheerder."

# After so many seconds a page that had to wait for the database asks again.
WAIT = 5
# What SQLite also calls operational: a query that is wrong, which waiting does not mend.
_OUR_MISTAKES = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE}


def tell_log(get_response):
    """Numbers a request, in its answer and in every line of the log; writes one line when it is answered.

    That line names the view and the number of the account: no address, no name, nothing of what was sent.
    """

    def middleware(request):
        began = time.perf_counter()
        this = Asked(number_for(request.headers.get("X-Request-ID", "")), request)
        request.request_id = this.request_id
        before = asked.set(this)
        try:
            response = get_response(request)
            response["X-Request-ID"] = this.request_id
            if match := request.resolver_match:
                facts = {"view": match.view_name, "method": request.method, "status": response.status_code}
                facts["ms"] = round((time.perf_counter() - began) * 1000)
                requests.info("%(method)s %(view)s %(status)s %(ms)s ms", facts, extra=facts)
            return response
        finally:
            asked.reset(before)

    return middleware


class MovedError(Http404):
    """What was asked for stands at another address now; for what is posted it is not found."""

    def __init__(self, address: str):
        super().__init__(f"It is at {address} now.")
        self.address = address


def follow_moved(get_response):
    """Leads whoever opens an old address on to the new one."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, MovedError) and request.method in ("GET", "HEAD"):
            return redirect(exception.address)
        return None

    middleware.process_exception = process_exception
    return middleware


def gone_for_good(get_response):
    """Says that a record was erased, to whoever had a page about that person open, or was just saving something.

    Such a key stands in no address any more; the proof of erasing recognises it by its hash (`IS_ERASED`). What was
    being written at that moment the database refused, since the person was gone.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        key = request.resolver_match.kwargs.get("key") if request.resolver_match else None
        if not key or not isinstance(exception, Http404 | IntegrityError | ObjectDoesNotExist):
            return None
        if not import_string(settings.IS_ERASED)(key):
            return None
        if "HX-Request" in request.headers:
            sentence = "Dit dossier is gewist. Wat je net invulde, is niet bewaard."
            return HttpResponse(sentence, status=410, content_type="text/plain; charset=utf-8")
        return render(request, "410.html", status=410)

    middleware.process_exception = process_exception
    return middleware


def no_such_number(get_response):
    """Answers with "this request is not right" when somebody sends a number that the database cannot hold.

    And with "not found" for an address with a NUL in it: PostgreSQL takes it in no text, and nothing is called so.
    """

    def middleware(request):
        return page_not_found(request, Http404()) if "\0" in request.path else get_response(request)

    def process_exception(request, exception):
        return bad_request(request, exception) if isinstance(exception, OverflowError) else None

    middleware.process_exception = process_exception
    return middleware


def not_kept(get_response):
    """Lets nobody keep what we answer, no shared cache and no browser: nearly every page is about somebody.

    Files that come with the application are no answers of ours: they may be kept.
    """

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def method_not_allowed(get_response):
    """Gives a page to whoever opens an address that only takes a form: Django answers with nothing at all."""

    def middleware(request):
        response = get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def database_away(get_response):
    """Says "even geduld" (503) when the database is away for a moment: restarted, out of reach, or busy for too long.

    This sees what a view raises; what another middleware raises comes to `pluspunt.views.server_error`.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        return please_wait(request, exception) if is_database_away(exception) else None

    middleware.process_exception = process_exception
    return middleware


def is_database_away(error: BaseException | None) -> bool:
    """Whether asking again in a moment may work; a query that is wrong, or a rule that is broken, stays so."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # The lowest byte is the kind, the others say more about it; PostgreSQL's errors have no such code.
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _OUR_MISTAKES


def is_disk_full(error: BaseException) -> bool:
    """Whether there is no room to write; pages that only read still work."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or isinstance(error.__cause__, psycopg.errors.DiskFull)


def please_wait(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The answer while the database is away, made without asking it anything; the next request connects anew."""
    is_full = is_disk_full(error)
    logger.log(ERROR if is_full else WARNING, "database away: %s", str(error).partition("\n")[0])
    connections.close_all()
    if "HX-Request" in request.headers:
        sentence = DISK_FULL if is_full else "Even geduld: de database is even weg. Probeer het zo nog een keer."
        answer = HttpResponse(sentence, content_type="text/plain; charset=utf-8")
    elif request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        answer = JsonResponse({"wait": WAIT})
    else:
        is_page = request.method in ("GET", "HEAD")
        facts = {"is_page": is_page, "back": None if is_page else sent_from(request), "is_full": is_full}
        # Without the request: what every page says about who is signed in would ask the database.
        answer = HttpResponse(render_to_string("503.html", facts))
    answer.status_code = 503
    answer["Retry-After"] = str(WAIT)
    return answer


def sent_from(request: HttpRequest) -> str | None:
    """The page from which something was sent, when it is one of ours."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if is_ours else None
