"""What somebody learned in a workshop: the ladder, abilities, permissions for machines and the certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from participants.models import Participant
from participants.views.pages import get_participant, person_page
from pluspunt.forms import form_page, refusals_on
from pluspunt.pdf import pdf_response, render_pdf
from privacy.services import Action, log_access
from workshops.forms.skills import AbilityGrantForm, AbilityWithdrawForm, LadderStepForm
from workshops.models import AbilityGrant, LadderStep, Workshop
from workshops.permissions import can_take_back_step
from workshops.services.certificates import certificate_of
from workshops.services.skills import (
    WorkshopSkills,
    add_step,
    grant_abilities,
    skills_of,
    steps_recorded_today,
    take_back_step,
    withdraw_ability,
    workshops_of,
)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def participant_skills(request: HttpRequest, key: str) -> HttpResponse:
    """Where somebody stands in every workshop; what one may change only in one's own."""
    participant = get_participant(request, key)
    recorded_today = [row for row in steps_recorded_today(participant) if can_take_back_step(request.user, row)]
    return person_page(
        request,
        "participants/participant_skills.html",
        participant,
        "treden, vaardigheden",
        skills=skills_of(participant, workshops_of(participant)),
        own_workshops=set(Workshop.objects.visible_to(request.user).values_list("pk", flat=True)),
        may_take_back={row.pk for row in recorded_today},
    )


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def ladder_step_add(request: HttpRequest, key: str, workshop_id: int) -> HttpResponse:
    participant, skills = _own_skills(request, key, workshop_id)
    form = LadderStepForm(request.POST if request.method == "POST" else None, initial={"step": skills.next_step})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            row = add_step(participant, skills.workshop, **form.cleaned_data, by=request.user)
            return _done(request, participant, "trede", f"{participant.nickname} is nu {row.get_step_display()}.")
    log_access(request, Action.VIEW, [participant], "naam, trede")
    context = {"form": form, "participant": participant, "skills": skills}
    return render(request, "workshops/ladder_step_add.html", context)


@require_POST
@permission_required("participants.guide_participant", raise_exception=True)
def ladder_step_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    steps = participant.ladder_steps.filter(workshop__in=Workshop.objects.visible_to(request.user))
    row: LadderStep = get_object_or_404(steps, pk=pk)
    sentence = f"De trede {row.get_step_display()} is teruggenomen."
    try:
        if not can_take_back_step(request.user, row):
            raise ValidationError("Alleen wie de trede toekende of een coördinator neemt die terug.")
        take_back_step(row, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("participant_skills", participant.key)
    return _done(request, participant, "trede", sentence)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def ability_grant(request: HttpRequest, key: str, workshop_id: int) -> HttpResponse:
    participant, skills = _own_skills(request, key, workshop_id)
    abilities = skills.workshop.abilities.filter(pk__in=[each.pk for each in skills.grantable])
    form = AbilityGrantForm(request.POST if request.method == "POST" else None, abilities=abilities)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            rows = grant_abilities(participant, **form.cleaned_data, by=request.user)
            sentence = "De vaardigheid is toegekend." if len(rows) == 1 else "De vaardigheden zijn toegekend."
            return _done(request, participant, "vaardigheden", sentence)
    log_access(request, Action.VIEW, [participant], "naam, vaardigheden")
    context = {"form": form, "participant": participant, "skills": skills}
    return render(request, "workshops/ability_grant.html", context)


@form_page
@permission_required("participants.guide_participant", raise_exception=True)
def ability_withdraw(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    participant = get_participant(request, key)
    grants = AbilityGrant.objects.filter(ability__workshop__in=Workshop.objects.visible_to(request.user))
    grant = get_object_or_404(grants.select_related("ability"), participant=participant, pk=pk)
    form = AbilityWithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            withdraw_ability(grant, **form.cleaned_data, by=request.user)
            return _done(request, participant, "vaardigheden", f"{grant.ability} is ingetrokken.")
    log_access(request, Action.VIEW, [participant], "naam, vaardigheden")
    context = {"form": form, "participant": participant, "grant": grant}
    return render(request, "workshops/ability_withdraw.html", context)


@require_safe
@permission_required("participants.guide_participant", raise_exception=True)
def certificate_pdf(request: HttpRequest, key: str, workshop_id: int) -> HttpResponse:
    """What somebody reached in one workshop, on one page to hang on a wall."""
    participant = get_participant(request, key)
    [skills] = skills_of(participant, [get_object_or_404(workshops_of(participant), pk=workshop_id)])
    if not skills.has_something:
        raise Http404("nothing was granted yet")
    log_access(request, Action.PRINT, [participant], "naam, trede, vaardigheden")
    certificate = certificate_of(participant, skills)
    content = render_pdf(
        "workshops/print/certificate.html", {"certificate": certificate, "document_date": certificate.date}
    )
    return pdf_response(content, f"certificaat-{slugify(skills.workshop.name)}.pdf")


def _own_skills(request: HttpRequest, key: str, workshop_id: int) -> tuple[Participant, WorkshopSkills]:
    """Somebody and where they stand in a workshop of the signed-in user; any other workshop does not exist."""
    participant = get_participant(request, key)
    own = workshops_of(participant).filter(pk__in=Workshop.objects.visible_to(request.user).values("pk"))
    [skills] = skills_of(participant, [get_object_or_404(own, pk=workshop_id)])
    return participant, skills


def _done(request: HttpRequest, participant: Participant, what: str, sentence: str) -> HttpResponse:
    log_access(request, Action.CHANGE, [participant], what)
    messages.success(request, sentence)
    return redirect("participant_skills", participant.key)
