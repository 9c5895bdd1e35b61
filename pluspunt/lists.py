"""Lists: the filters that somebody used last are remembered, and what is shown can be taken along as a spreadsheet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.text import slugify

from pluspunt.spreadsheets import CSV, XLSX, Sheet, csv_file, workbook

_FORMATS = {"xlsx": XLSX, "csv": CSV}
# What is said in the address for one moment only, and a name, which is not kept.
_NOT_REMEMBERED = ("q", "page", "als")
# So many rows a page has: as many as one sees at once on a large screen.
PAGE_SIZE = 25
# In an address that leads into a list from elsewhere: the filters that somebody chose there stay as they were.
_ONCE = "eenmalig"


@dataclass(frozen=True)
class Column:
    """One column of a list: its heading and what stands in it, as text, number, date or nothing."""

    label: str
    value: Callable[[Any], str | int | float | Decimal | date | None]


def remember_filters(request: HttpRequest, name: str) -> HttpResponseRedirect | None:
    """Keep what is filtered and sorted in the list `name`, and go back to it when its bare address is opened.

    Call it first in the view and return what it gives; `?wis=1` forgets, with `?eenmalig=1` nothing is kept.
    """
    kept = request.session.get("lists", {})
    if _ONCE in request.GET:
        return None
    if "wis" in request.GET:
        request.session["lists"] = {key: value for key, value in kept.items() if key != name}
        return HttpResponseRedirect(request.path)
    if not request.GET:
        return HttpResponseRedirect(f"{request.path}?{kept[name]}") if kept.get(name) else None
    chosen = QueryDict(mutable=True)
    for key, values in request.GET.lists():
        if key not in _NOT_REMEMBERED and any(values):
            chosen.setlist(key, values)
    if chosen.urlencode() != kept.get(name, ""):
        request.session["lists"] = {**kept, name: chosen.urlencode()}
    return None


def page_of(request: HttpRequest, rows: Sequence | QuerySet) -> Page:
    """The page of `rows` that is asked for (`?page=2`), or the nearest one that there is."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def export_wanted(request: HttpRequest) -> str | None:
    """ "xlsx" or "csv" when the list is asked for as a file (`?als=xlsx`)."""
    wanted = request.GET.get("als")
    return wanted if wanted in _FORMATS else None


def export_response(wanted: str, title: str, columns: list[Column], rows: Iterable[Any]) -> HttpResponse:
    """`rows` as a file named after `title` and today; a text that looks like a formula stays a text.

    The view writes the access log (`Action.EXPORT`) itself, with the people who are in it.
    """
    table = [[column.value(row) for column in columns] for row in rows]
    labels = [column.label for column in columns]
    content = workbook([Sheet(title, labels, table)]) if wanted == "xlsx" else csv_file(labels, table)
    response = HttpResponse(content, content_type=_FORMATS[wanted])
    filename = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{wanted}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
