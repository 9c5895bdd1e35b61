"""Two records that turn out to be one person: choose the other, see both side by side, make them one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from participants.models import Participant
from participants.views.pages import get_participant
from pluspunt.forms import form_page, refusals_on
from privacy.services import Action, log_access
from workshops.forms.merging import MergeForm, MergeSearchForm, fact_label, fact_text
from workshops.services.merging import FACTS, differing_facts, merge_participants, preview_merge

FOUND_SHOWN = 10


@require_safe
@permission_required("participants.change_participant", raise_exception=True)
def merge_choose(request: HttpRequest, key: str) -> HttpResponse:
    participant = get_participant(request, key)
    form = MergeSearchForm(request.GET)
    if not form.is_valid():
        # The address must not keep what was typed: it may be a citizen service number.
        messages.error(request, f"Er is niet gezocht. {' '.join(form.errors['q'])}")
        return redirect("merge_choose", key)
    others = Participant.objects.visible_to(request.user).exclude(pk=participant.pk).select_related("district")
    similar = list(others.similar_to(participant))
    text = form.cleaned_data["q"]
    found = list(others.search(text).best_first(text)[:FOUND_SHOWN]) if text else []
    log_access(request, Action.SEARCH, {participant, *similar, *found}, "naam, geboortedatum, nummer, gebied")
    context = {"participant": participant, "form": form, "similar": similar, "found": found, "text": text}
    return render(request, "workshops/merge_choose.html", context)


@form_page
@permission_required("participants.change_participant", raise_exception=True)
def participant_merge(request: HttpRequest, key: str, other: str) -> HttpResponse:
    kept, merged = get_participant(request, key), get_participant(request, other)
    if kept == merged:
        return redirect("merge_choose", key)
    facts = differing_facts(kept, merged)
    data = request.POST if request.method == "POST" else None
    form = MergeForm(data, kept=kept, merged=merged, facts=facts)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            _merge(request, kept, merged, form)
            return redirect("participant_detail", kept.key)
    log_access(request, Action.VIEW, [kept, merged], "persoonsgegevens, samenvoegen")
    others = [name for name in FACTS if name not in facts]
    context = {
        "kept": kept,
        "merged": merged,
        "form": form,
        "facts": [(fact_label(name), fact_text(kept, name), fact_text(merged, name)) for name in others],
        "preview": preview_merge(kept, merged),
    }
    return render(request, "workshops/participant_merge.html", context)


def _merge(request: HttpRequest, kept: Participant, merged: Participant, form: MergeForm) -> None:
    name = merged.full_name
    with transaction.atomic():
        log_access(request, Action.CHANGE, [kept, merged], "samengevoegd: alle gegevens")
        merge_participants(kept, merged, facts=form.facts_of_merged, by=request.user)
    messages.success(request, f"{name} is samengevoegd. Alles staat nu bij {Participant.objects.get(pk=kept.pk)}.")
