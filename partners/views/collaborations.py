"""What the centre and its partners do together."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from partners.forms import RunningFilterForm
from partners.models import Collaboration
from partners.services import save_collaboration
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from privacy.services import Action, log_access
from workshops.forms.collaborations import CollaborationPageForm
from workshops.models import Milestone, Workshop
from workshops.services.collaborations import set_workshops

COLUMNS = [
    Column("Naam", lambda each: each.name),
    Column("Thema's", lambda each: ", ".join(theme.name for theme in each.themes.all())),
    Column("Partners", lambda each: ", ".join(partner.name for partner in each.organisations.all())),
    Column("Van", lambda each: each.start_date),
    Column("Tot en met", lambda each: each.end_date),
    Column("Mijlpalen klaar", lambda each: each.milestones_done),
    Column("Mijlpalen", lambda each: each.milestone_count),
    Column("Evenementen", lambda each: each.event_count),
]


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def collaboration_list(request: HttpRequest) -> HttpResponse:
    if kept := remember_filters(request, "collaboration_list"):
        return kept
    form = RunningFilterForm(request.GET)
    form.is_valid()
    everything = Collaboration.objects.prefetch_related("themes", "organisations").order_by("name", "pk")
    rows = form.apply(everything).with_counts()
    if wanted := export_wanted(request):
        log_access(request, Action.EXPORT, [], "lijst van samenwerkingen")
        return export_response(wanted, "Samenwerkingen", COLUMNS, rows)
    page = page_of(request, rows)
    none_yet = not page.paginator.count and not Collaboration.objects.exists()
    context = {"form": form, "page_obj": page, "none_yet": none_yet}
    return render(request, "partners/collaboration_list.html", context)


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def collaboration_detail(request: HttpRequest, pk: int) -> HttpResponse:
    collaboration = get_object_or_404(Collaboration, pk=pk)
    milestones = list(collaboration.milestones.without_pictures().select_related("workshop"))
    states = [milestone.state for milestone in milestones]
    context = {
        "collaboration": collaboration,
        "milestones": milestones,
        "done": states.count(Milestone.State.DONE),
        "busy": states.count(Milestone.State.BUSY),
        "events": collaboration.events.annotate(people=Count("visits")).order_by("-date", "name"),
        "workshops": collaboration.workshops.select_related("location", "host"),
        "own_workshops": set(Workshop.objects.visible_to(request.user).values_list("pk", flat=True)),
    }
    return render(request, "partners/collaboration_detail.html", context)


@form_page
@permission_required("partners.change_organisation", raise_exception=True)
def collaboration_add(request: HttpRequest) -> HttpResponse:
    return _collaboration_page(request, Collaboration(), "partners/collaboration_add.html")


@edit_page
@permission_required("partners.change_organisation", raise_exception=True)
def collaboration_edit(request: HttpRequest, pk: int) -> HttpResponse:
    collaboration = get_to_edit(request, Collaboration.objects, pk=pk)
    return _collaboration_page(request, collaboration, "partners/collaboration_edit.html")


def _collaboration_page(request: HttpRequest, collaboration: Collaboration, template: str) -> HttpResponse:
    data, name = request.POST if request.method == "POST" else None, collaboration.name
    form = CollaborationPageForm(data, instance=collaboration)
    if form.is_valid():
        with refusals_on(form), transaction.atomic():
            chosen = form.cleaned_data
            save_collaboration(form.instance, themes=chosen["themes"], organisations=chosen["organisations"])
            set_workshops(form.instance, chosen["workshops"])
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("collaboration_detail", form.instance.pk)
    return render(request, template, {"form": form, "pk": collaboration.pk, "name": name})
