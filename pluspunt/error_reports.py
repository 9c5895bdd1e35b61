"""What an error tells whoever keeps the application running: where it went wrong, and nothing about anybody.

A mail leaves the house and stays in mailboxes for years. Django's own report would hold what somebody typed, the cookie
of their session, every local variable and the words of the error, in which a database repeats the values of a row.
"""

import traceback

from django.views.debug import ExceptionReporter


class BareReporter(ExceptionReporter):
    """The kind of the error and the lines of code on the way to it."""

    def get_traceback_text(self) -> str:
        lines = [] if self.request is None else [f"{self.request.method} {self._route()}"]
        error = self.exc_value if isinstance(self.exc_value, BaseException) else None
        while error is not None:
            lines += [f"{type(error).__module__}.{type(error).__qualname__}", *_places(error)]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines) + "\n"

    def get_traceback_html(self) -> str:
        """For a mail with mark-up and, with `DEBUG`, the screen of a developer; that one may see everything."""
        return super().get_traceback_html() if not self.is_email else self.get_traceback_text()

    def _route(self) -> str:
        """The address without the keys in it."""
        match = self.request.resolver_match
        return f"/{match.route}" if match else "(no page of ours)"


def _places(error: BaseException) -> list[str]:
    return [f"  {place.filename}:{place.lineno} in {place.name}" for place in traceback.extract_tb(error.__traceback__)]
