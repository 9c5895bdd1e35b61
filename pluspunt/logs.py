"""What the log of the server says, and what must not stand in it: names, keys in addresses, and what somebody sent."""

import json
import re
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import Formatter, LogRecord
from pathlib import Path
from uuid import uuid4

from django.http import HttpRequest
from django.urls import Resolver404, resolve

# A proxy in front may have numbered the request already; anything odd is not copied into the log.
_GOOD_NUMBER = re.compile(r"[A-Za-z0-9-]{8,32}")
# Of an error the places in our own code are told, and so many of the innermost.
_INNERMOST = 5
_OURS = str(Path(__file__).resolve().parent.parent)


@dataclass
class Asked:
    """The request that this thread answers."""

    request_id: str
    request: HttpRequest

    @property
    def user_id(self) -> int | None:
        """Known once some layer asked who is signed in: asking here might ask a database that is away."""
        user = vars(self.request).get("_cached_user")
        return user.pk if user else None


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def number_for(sent: str) -> str:
    """The number of a request: the one that was sent along, when it looks like one, or a new one."""
    return sent if _GOOD_NUMBER.fullmatch(sent) else uuid4().hex


def route_of(address: str) -> str:
    """An address without what is in it: "/deelnemers/KEY/" for somebody's page, "/…" for what is no page of ours."""
    try:
        return f"/{resolve(address.partition('?')[0]).route}"
    except Resolver404:
        return "/…"


def hide_addresses(record: LogRecord) -> bool:
    """Writes the route for an address, as in "Not Found: /deelnemers/KEY/"; keeps the line."""
    if isinstance(record.args, tuple):
        record.args = tuple(_hidden(each) for each in record.args)
    return True


def _hidden(value: object) -> object:
    return route_of(value) if isinstance(value, str) and value.startswith("/") else value


class JsonLines(Formatter):
    """One line of JSON per record, for a machine that reads along.

    Only what is named here is written. Of an error that is its kind and where it happened, never its text: PostgreSQL
    repeats in it what somebody typed.
    """

    def format(self, record: LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := asked.get():
            line |= {"request_id": request.request_id, "user_id": request.user_id}
        line |= {name: getattr(record, name) for name in ("view", "method", "status", "ms") if name in vars(record)}
        if "status_code" in vars(record):
            line["status"] = record.status_code
        if record.exc_info and record.exc_info[1]:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _error(error: BaseException) -> dict:
    kinds, below = [type(error).__name__], error
    while below := below.__cause__ or below.__context__:
        kinds.append(type(below).__name__)
    places = traceback.extract_tb(error.__traceback__)
    told = [each for each in places[:-_INNERMOST] if _is_ours(each.filename)] + places[-_INNERMOST:]
    return {"error": " < ".join(kinds), "places": [f"{each.filename}:{each.lineno} {each.name}" for each in told]}


def _is_ours(filename: str) -> bool:
    return filename.startswith(_OURS) and "site-packages" not in filename
