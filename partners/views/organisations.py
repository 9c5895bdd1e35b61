"""Partners and the people there."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from impact.report.partner import years_together
from partners.forms import ContactPersonForm, OrganisationFilterForm, OrganisationForm
from partners.models import ContactPerson, Event, Organisation
from partners.services import remove_contact, save_contact, save_organisation
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import Column, export_response, export_wanted, page_of, remember_filters
from privacy.services import Action, log_access
from workshops.models import Workshop

EVENTS_SHOWN = 8
COLUMNS = [
    Column("Naam", lambda partner: partner.name),
    Column("Soort", lambda partner: partner.get_kind_display()),
    Column("Gebied of plaats", lambda partner: partner.place),
    Column("Thema's", lambda partner: ", ".join(theme.name for theme in partner.themes.all())),
    Column("Sinds", lambda partner: partner.start_date),
    Column("Tot en met", lambda partner: partner.end_date),
    Column("Samenwerkingen die lopen", lambda partner: partner.running_collaborations),
]


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def organisation_list(request: HttpRequest) -> HttpResponse:
    if kept := remember_filters(request, "organisation_list"):
        return kept
    form = OrganisationFilterForm(request.GET)
    if not form.is_valid() and "q" in form.errors:
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("organisation_list")
    partners = form.apply(Organisation.objects.prefetch_related("themes"))
    partners = partners.with_running_collaborations(timezone.localdate())
    if wanted := export_wanted(request):
        log_access(request, Action.EXPORT, [], "lijst van partners")
        return export_response(wanted, "Partners", COLUMNS, partners)
    page = page_of(request, partners)
    none_yet = not page.paginator.count and not Organisation.objects.exists()
    context = {"form": form, "page_obj": page, "none_yet": none_yet}
    return render(request, "partners/organisation_list.html", context)


@require_safe
@permission_required("partners.view_organisation", raise_exception=True)
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    organisation, today = get_object_or_404(Organisation, pk=pk), timezone.localdate()
    collaborations = list(organisation.collaborations.prefetch_related("themes").order_by("-start_date", "name"))
    workshops = organisation.workshops.select_related("location", "site_contact").with_use_on(today)
    events = Event.objects.filter(collaboration__organisations=organisation).select_related("collaboration")
    context = {
        "organisation": organisation,
        "contacts": organisation.contact_people.all(),
        "running": [each for each in collaborations if not each.end_date or each.end_date >= today],
        "ended": [each for each in collaborations if each.end_date and each.end_date < today],
        "workshops": workshops.order_by("name"),
        "own_workshops": set(Workshop.objects.visible_to(request.user).values_list("pk", flat=True)),
        "events": events[:EVENTS_SHOWN],
        "years": years_together(organisation, today.year),
    }
    return render(request, "partners/organisation_detail.html", context)


@form_page
@permission_required("partners.change_organisation", raise_exception=True)
def organisation_add(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_organisation(form.instance, themes=form.cleaned_data["themes"])
            messages.success(request, f"{form.instance} staat erbij. Voeg nu toe wie je daar kunt bellen.")
            return redirect("organisation_detail", form.instance.pk)
    return render(request, "partners/organisation_add.html", {"form": form})


@edit_page
@permission_required("partners.change_organisation", raise_exception=True)
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = get_to_edit(request, Organisation.objects, pk=pk)
    name = organisation.name
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_organisation(form.instance, themes=form.cleaned_data["themes"])
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("organisation_detail", pk)
    # The way back keeps the name as it is stored, whatever was typed.
    return render(request, "partners/organisation_edit.html", {"form": form, "pk": pk, "name": name})


@form_page
@permission_required("partners.change_organisation", raise_exception=True)
def contact_add(request: HttpRequest, organisation_id: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation, pk=organisation_id)
    return _contact_page(request, ContactPerson(organisation=organisation), "partners/contact_add.html")


@edit_page
@permission_required("partners.change_organisation", raise_exception=True)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_to_edit(request, ContactPerson.objects.select_related("organisation"), pk=pk)
    return _contact_page(request, contact, "partners/contact_edit.html")


def _contact_page(request: HttpRequest, contact: ContactPerson, template: str) -> HttpResponse:
    form = ContactPersonForm(request.POST if request.method == "POST" else None, instance=contact)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            save_contact(form.instance)
            messages.success(request, "Dat is bewaard.")
            tell_taken(request, form)
            return redirect("organisation_detail", contact.organisation_id)
    return render(request, template, {"form": form, "organisation": contact.organisation, "pk": contact.pk})


@require_POST
@permission_required("partners.change_organisation", raise_exception=True)
def contact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(ContactPerson, pk=pk)
    try:
        remove_contact(contact)
        messages.success(request, f"{contact.name} staat er niet meer bij.")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("organisation_detail", contact.organisation_id)
