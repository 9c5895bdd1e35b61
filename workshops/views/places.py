"""A workshop as a place: where it is, who is there, how many places it has; and beginning one, also at a partner."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.models import Organisation
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from workshops.forms.places import NewWorkshopForm, WorkshopForm
from workshops.models import Workshop
from workshops.services.places import add_workshop, last_day_of, save_workshop, week_places


@require_safe
@permission_required("workshops.record_attendance", raise_exception=True)
def workshop_detail(request: HttpRequest, workshop_id: int) -> HttpResponse:
    today = timezone.localdate()
    visible = Workshop.objects.visible_to(request.user).with_use_on(today)
    workshop = get_object_or_404(visible.select_related("location", "host", "site_contact"), pk=workshop_id)
    context = {
        "workshop": workshop,
        "week": week_places(workshop, today),
        "coaches": workshop.coaches.active(),
        "collaborations": workshop.collaborations.all(),
        "sessions": workshop.sessions.on(today),
        "today": today,
        "stops_after": last_day_of(workshop),
        "begins_later": workshop.registered_from and workshop.registered_from > today,
    }
    return render(request, "workshops/workshop_detail.html", context)


@form_page
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_add(request: HttpRequest) -> HttpResponse:
    """A new workshop; `?partner=` says where."""
    host = _host(request)
    initial = {"host": host, "registered_from": timezone.localdate()}
    form = NewWorkshopForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            collaborations = form.cleaned_data.get("collaborations", [])
            workshop = add_workshop(form.instance, places=form.places, collaborations=collaborations)
            messages.success(request, f"{workshop} staat erbij. Je kunt er nu mensen plaatsen.")
            return redirect("workshop_detail", workshop.pk)
    back_url = reverse("organisation_detail", args=[host.pk]) if host else reverse("workshop_week")
    context = {"form": form, "host": host, "back_url": back_url, "back_label": host.name if host else "Planning"}
    return render(request, "workshops/workshop_add.html", context)


@edit_page
@permission_required("workshops.plan_placements", raise_exception=True)
def workshop_edit(request: HttpRequest, workshop_id: int) -> HttpResponse:
    workshop = get_to_edit(request, Workshop.objects.visible_to(request.user), pk=workshop_id)
    name = workshop.name
    form = WorkshopForm(request.POST if request.method == "POST" else None, instance=workshop)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_workshop(form.instance, collaborations=form.cleaned_data.get("collaborations", []))
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("workshop_detail", workshop_id)
    context = {"form": form, "name": name, "pk": workshop_id, "location": workshop.location.name}
    context["week"] = week_places(workshop, timezone.localdate())
    return render(request, "workshops/workshop_edit.html", context)


def _host(request: HttpRequest) -> Organisation | None:
    """The partner from whose page one comes, when the address names one."""
    asked = request.GET.get("partner", "")
    # At most nine digits, as in addresses: a larger number does not fit every database.
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= 9
    return Organisation.objects.filter(pk=asked).first() if is_number else None
