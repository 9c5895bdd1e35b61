from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.defaults import bad_request


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


def no_such_number(get_response):
    """Answers with "this request is not right" when somebody sends a number that the database cannot hold."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        return bad_request(request, exception) if isinstance(exception, OverflowError) else None

    middleware.process_exception = process_exception
    return middleware


def private_answers(get_response):
    """Keeps what we answer out of caches that people share: nearly every page is about somebody."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
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
