"""Days on which it is closed: those that are known, a new one, and the public holidays of a year."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from workshops.forms.closures import HOUSE, ClosureEditForm, ClosureForm, HolidayForm
from workshops.models import Closure
from workshops.services.closures import (
    add_closures,
    change_closure,
    check_closure,
    closed_besides,
    days_added,
    effect_of_closing,
    effect_of_opening,
    effect_of_withdrawing,
    propose_holidays,
    withdraw_closure,
)
from workshops.services.effects import print_of
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.views.pages import is_agreed, is_asked
from workshops.views.workshops import FIRST_YEAR, LAST_YEAR


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def closure_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    closures = Closure.objects.select_related("workshop", "location")
    context = {
        "coming": closures.filter(end_date__gte=today).order_by("start_date", "end_date", "pk"),
        "page_obj": page_of(request, closures.filter(end_date__lt=today).order_by("-start_date", "-pk")),
        "today": today,
        "years": [today.year, today.year + 1],
    }
    return render(request, "workshops/closure_list.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def closure_add(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    data = request.POST if request.method == "POST" else None
    form = ClosureForm(data, initial={"where": HOUSE, "start_date": today, "end_date": today})
    context = {"form": form}
    if is_asked(request) and form.is_valid():
        effect = effect_of_closing(form.instance)
        context |= {"effect": effect, "shown": print_of(effect)}
        with refusals_on(form):
            if is_agreed(request, context["shown"]):
                add_closures([form.instance])
                messages.success(request, "De sluiting is bewaard.")
                return redirect("closure_list")
            check_closure(form.instance)
        context["must_confirm"] = form.is_valid()
    return render(request, "workshops/closure_add.html", context)


@edit_page
@permission_required("workshops.plan_placements", raise_exception=True)
def closure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    closure = get_to_edit(request, Closure.objects.filter(end_date__gte=today), pk=pk)
    old = Closure(start_date=closure.start_date, end_date=closure.end_date)
    data = request.POST if request.method == "POST" else None
    form = ClosureEditForm(data, instance=closure)
    context = {"form": form, "closure": closure}
    if is_asked(request) and form.is_valid():
        effect, opened = effect_of_closing(closure, days_added(old, closure)), days_added(closure, old)
        with refusals_on(form):
            opens = effect_of_opening(closure, opened, lambda: change_closure(closure))
            shown = print_of(effect, opened, opens)
            context |= {"effect": effect, "opened": opened, "opens": opens, "shown": shown}
            if is_agreed(request, shown) or not (effect.registers.sessions or opened):
                change_closure(form.instance)
                messages.success(request, "De sluiting is gewijzigd.")
                tell_taken(request, form)
                return redirect("closure_list")
        context["must_confirm"] = form.is_valid()
    return render(request, "workshops/closure_edit.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def closure_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    ensure_sessions(today + HORIZON)
    closure = get_object_or_404(Closure.objects.select_related("workshop", "location"), pk=pk)
    context = {"closure": closure, "today": today}
    if closure.end_date < today:
        return render(request, "workshops/closure_withdraw.html", context)
    try:
        opens, besides = effect_of_withdrawing(closure), list(closed_besides(closure, today))
        shown = print_of(opens, closure.start_date, closure.end_date, [other.pk for other in besides])
        if request.method == "POST" and request.POST.get("shown") == shown:
            withdraw_closure(closure)
            messages.success(request, f"De sluiting is ingetrokken: {closure.reason}.")
            return redirect("closure_list")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("closure_list")
    context |= {"opens": opens, "besides": besides, "shown": shown, "must_look": request.method == "POST"}
    return render(request, "workshops/closure_withdraw.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def holiday_propose(request: HttpRequest, year: int) -> HttpResponse:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404("No holidays are known of that year.")
    ensure_sessions(timezone.localdate() + HORIZON)
    holidays = propose_holidays(year)
    form = HolidayForm(request.POST if request.method == "POST" else None, holidays=holidays)
    shown = print_of([(each.day, each.closed, each.registers) for each in holidays if each.may_close])
    if request.method == "POST" and form.is_valid() and request.POST.get("shown") == shown:
        with refusals_on(form):
            closures = form.closures()
            add_closures(closures)
            days = "1 feestdag is" if len(closures) == 1 else f"{len(closures)} feestdagen zijn"
            messages.success(request, f"{days} nu een sluiting.")
            return redirect("closure_list")
    chosen = form.data.getlist("days") if form.is_bound else [str(each.day) for each in holidays if each.is_proposed]
    context = {"form": form, "year": year, "holidays": holidays, "chosen": chosen, "shown": shown}
    context["must_look"] = form.is_bound and form.is_valid()
    return render(request, "workshops/holiday_propose.html", context)
