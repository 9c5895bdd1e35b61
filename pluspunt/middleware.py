from django.http import HttpResponseNotAllowed
from django.shortcuts import render


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
