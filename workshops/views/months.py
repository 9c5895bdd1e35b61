"""Closing a month."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from pluspunt.forms import form_page
from pluspunt.lists import page_of
from workshops.models import ClosedMonth
from workshops.services.months import (
    close_month,
    months_of_house,
    months_to_close,
    open_registers,
    overview_of_months,
    why_not_closable,
)
from workshops.views.pages import today_tabs


@require_safe
@permission_required("workshops.close_months", raise_exception=True)
def month_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, months_of_house(timezone.localdate()))
    context = {"page_obj": page, "months": overview_of_months(page.object_list), **today_tabs(request)}
    return render(request, "workshops/month_list.html", context)


@form_page
@permission_required("workshops.close_months", raise_exception=True)
def month_close(request: HttpRequest, day: date) -> HttpResponse:
    """What is still open in the month of `day` and those before it, and the button that freezes them."""
    month = day.replace(day=1)
    if request.method == "POST":
        return _close(request, month)
    months = months_to_close(month)
    registers = open_registers(months)
    overviews = overview_of_months(months)
    context = {
        "month": month,
        "earlier": months[:-1],
        "closed": ClosedMonth.objects.filter(month=month).select_related("closed_by").first(),
        "problem": why_not_closable(month),
        "page_obj": page_of(request, registers),
        "rows_open": sum(each.open for each in overviews),
        "corrections": sum(each.corrections for each in overviews),
    }
    return render(request, "workshops/month_close.html", context)


def _close(request: HttpRequest, month: date) -> HttpResponse:
    try:
        closed = close_month(month, by=request.user)
    except ValidationError as error:
        messages.error(request, f"Er is niets gesloten. {' '.join(error.messages)}")
        return redirect("month_list")
    name = date_format(month, "F Y")
    if closed.closed_by_id == request.user.pk:
        messages.success(request, f"De maand {name} is gesloten.")
        return redirect("month_statement", month)
    messages.info(request, f"{closed.closed_by} sloot {name} al.")
    return redirect("month_list")
