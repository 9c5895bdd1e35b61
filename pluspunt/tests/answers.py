"""What every answer must have, whatever it is about."""

from django.http import HttpResponseBase

from pluspunt.headers import HEADERS

_SAFE = {*HEADERS, "Content-Security-Policy", "X-Frame-Options"}


def missing_headers(answer: HttpResponseBase) -> set[str]:
    """The headers for safety that `answer` lacks."""
    return {name for name in _SAFE if name not in answer.headers}
