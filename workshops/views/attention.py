"""What needs somebody today: one list for the coordinator, each thing with its action, and what is put off."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of
from pluspunt.templatetags.words import near_day
from privacy.services import Action, log_access
from workshops.forms.attention import AttentionFilterForm, SnoozeForm
from workshops.models import Workshop
from workshops.services.attention import LIFTED, Item, Kind, find_item, find_out, lift, sections, snooze, snoozes_of
from workshops.services.sessions import HORIZON, ensure_sessions

# What is kept of the address of the list while somebody puts something off.
KEPT = ("kind", "urgency", "workshop", "put_off", "page")
GONE = "Dit vraagt niemand meer: het is intussen opgelost."
NO_TIME_LEFT = "Dit kan niet wachten: vandaag is de laatste dag."


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def attention_list(request: HttpRequest) -> HttpResponse:
    ensure_sessions(timezone.localdate() + HORIZON)
    form = AttentionFilterForm(request.GET)
    form.is_valid()
    attention = find_out(request.user)
    is_put_off = bool(form.cleaned_data.get("put_off"))
    items = attention.put_off if is_put_off else attention.now
    kept = [item for item in items if form.keeps(item)]
    page = page_of(request, kept)
    log_access(request, Action.VIEW, people_in(page.object_list), "vraagt iemand: naam, wat er te doen is")
    context = {
        "total": len(attention.now),
        "urgencies": attention.urgencies,
        "put_off_total": len(attention.put_off),
        "is_put_off": is_put_off,
        "is_filtered": any(form.cleaned_data.get(name) for name in ("kind", "urgency", "workshop")),
        "page_obj": page,
        "sections": sections(page.object_list, of=kept),
        "kinds": kind_choices(form, items),
        "workshops": workshop_choices(form, items),
        "chosen_workshop": form.cleaned_data.get("workshop"),
        "chosen_kind": form.cleaned_data.get("kind"),
        "chosen_urgency": form.cleaned_data.get("urgency"),
        "kept": kept_of(request),
        "lifted": LIFTED,
    }
    return render(request, "workshops/attention_list.html", context)


def people_in(items: list[Item]) -> list:
    """Everybody in `items` once."""
    return list({item.participant.pk: item.participant for item in items if item.participant}.values())


def kind_choices(form: AttentionFilterForm, items: list[Item]) -> list[tuple[Kind, int]]:
    """The kinds that there are, with how many are shown of each in the chosen workshop."""
    numbers = Counter(item.kind for item in items if form.keeps(item, without="kind"))
    return [(kind, numbers[kind]) for kind in Kind if numbers[kind] or kind.slug == form.cleaned_data.get("kind")]


def workshop_choices(form: AttentionFilterForm, items: list[Item]) -> list[tuple[Workshop, int]]:
    """The workshops that there are, with how many of the chosen kind concern each."""
    kept = (item for item in items if form.keeps(item, without="workshop"))
    numbers = Counter(workshop for item in kept for workshop in item.workshops)
    chosen = form.cleaned_data.get("workshop")
    return [(each, numbers[each.pk]) for each in Workshop.objects.all() if numbers[each.pk] or each.pk == chosen]


@require_safe
@permission_required("workshops.plan_placements", raise_exception=True)
def attention_counts(request: HttpRequest) -> HttpResponse:
    """The numbers without names, for other pages: all of them, or with `?getal=1` how much it is together."""
    attention = find_out(request.user)
    context = {"counts": attention.counts, "total": len(attention.now), "put_off_total": len(attention.put_off)}
    if "getal" in request.GET:
        return render(request, "workshops/_attention_number.html", context)
    return render(request, "workshops/_attention_counts.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def attention_snooze(request: HttpRequest, item: str) -> HttpResponse:
    found = find_item(request.user, item)
    if found is None or not found.can_wait:
        messages.info(request, NO_TIME_LEFT if found else GONE)
        return back(request)
    form = SnoozeForm(request.POST if request.method == "POST" else None, item=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form), transaction.atomic():
            row = snooze(found, by=request.user, **form.cleaned_data)
            log_access(request, Action.CHANGE, people_in([found]), f"vraagt iemand: uitgesteld ({found.kind.slug})")
            messages.success(request, f"{found.title}: komt {near_day(row.until)} terug op de lijst.")
            return back(request)
    log_access(request, Action.VIEW, people_in([found]), f"vraagt iemand: naam, {found.kind.slug}")
    context = {"form": form, "item": found, "earlier": snoozes_of(found), "kept": kept_of(request)}
    return render(request, "workshops/attention_snooze.html", context)


@require_POST
@permission_required("workshops.plan_placements", raise_exception=True)
def attention_resume(request: HttpRequest, item: str) -> HttpResponse:
    found = find_item(request.user, item)
    if found is None:
        messages.info(request, GONE)
        return back(request)
    with transaction.atomic():
        lift(found, by=request.user)
        log_access(request, Action.CHANGE, people_in([found]), f"vraagt iemand: teruggezet ({found.kind.slug})")
    messages.success(request, f"{found.title} staat weer op de lijst.")
    return back(request)


def kept_of(request: HttpRequest) -> str:
    """The filters and the page of the list in this address, to give along."""
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if value := request.GET.get(name):
            kept[name] = value
    return kept.urlencode()


def back(request: HttpRequest) -> HttpResponse:
    kept = kept_of(request)
    return HttpResponseRedirect(f"{reverse('attention_list')}?{kept}") if kept else redirect("attention_list")
