"""Stories and quotes of people of the house and around it, and for what each may be used."""

from hashlib import sha256

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from impact.forms.stories import StoryFilterForm, StoryForm, StoryUseForm, WithdrawForm
from impact.models import Story, StoryUse
from impact.services.stories import agree_to_use, save_story, what_is_missing, withdraw_use
from pluspunt.editing import edit_page, get_to_edit, tell_taken
from pluspunt.forms import form_page, refusals_on
from pluspunt.lists import page_of, remember_filters
from privacy.services import Action, log_access

GUIDE, REPORT = "participants.guide_participant", "impact.make_reports"
Use = StoryUse.Use


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """The stories that the user may see; management those that may stand in the report, without who told them."""
    if not (request.user.has_perm(GUIDE) or request.user.has_perm(REPORT)):
        raise PermissionDenied
    if kept := remember_filters(request, "story_list"):
        return kept
    form = StoryFilterForm(request.GET)
    form.is_valid()
    may_guide = request.user.has_perm(GUIDE)
    stories = _stories_of(request)
    page = page_of(request, form.apply(stories))
    people = {story.participant for story in page.object_list if story.participant} if may_guide else set()
    log_access(request, Action.VIEW, people, "verhalen")
    context = {"form": form, "page_obj": page, "may_guide": may_guide, "none_yet": not stories.exists()}
    return render(request, "impact/story_list.html", context)


@form_page
@permission_required(GUIDE, raise_exception=True)
def story_add(request: HttpRequest) -> HttpResponse:
    return _story_page(request, Story(), "impact/story_add.html")


@edit_page
@permission_required(GUIDE, raise_exception=True)
def story_edit(request: HttpRequest, pk: int) -> HttpResponse:
    story = get_to_edit(request, Story.objects.visible_to(request.user), pk=pk)
    return _story_page(request, story, "impact/story_edit.html")


@require_safe
@permission_required(GUIDE, raise_exception=True)
def story_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One story with what the teller agreed to."""
    story = _get_story(request, pk)
    log_access(request, Action.VIEW, _people_of(story), "verhaal")
    uses = list(story.uses.select_related("recorded_by"))
    context = {
        "story": story,
        "running": [use for use in uses if use.withdrawn_on is None],
        "withdrawn": [use for use in uses if use.withdrawn_on],
        "missing": what_is_missing(story),
    }
    return render(request, "impact/story_detail.html", context)


@form_page
@permission_required(GUIDE, raise_exception=True)
def story_use(request: HttpRequest, pk: int) -> HttpResponse:
    """That the teller agreed to one use."""
    story = _get_story(request, pk)
    form = StoryUseForm(request.POST if request.method == "POST" else None, instance=StoryUse(story=story))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            use = agree_to_use(form.instance, by=request.user)
            log_access(request, Action.ADD, _people_of(story), "akkoord voor een verhaal")
            messages.success(request, f"Vastgelegd: akkoord voor {use}.")
            return redirect("story_detail", pk)
    log_access(request, Action.VIEW, _people_of(story), "verhaal")
    return render(request, "impact/story_use.html", {"form": form, "story": story, "missing": what_is_missing(story)})


@form_page
@permission_required(GUIDE, raise_exception=True)
def story_use_withdraw(request: HttpRequest, pk: int, use_pk: int) -> HttpResponse:
    """The teller takes an agreement back."""
    story = _get_story(request, pk)
    use = get_object_or_404(story.uses, pk=use_pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            withdraw_use(use, withdrawn_on=form.cleaned_data["withdrawn_on"], by=request.user)
            log_access(request, Action.CHANGE, _people_of(story), "akkoord voor een verhaal ingetrokken")
            messages.success(request, f"Ingetrokken: {use}. Het verhaal staat in geen enkel concept meer.")
            return redirect("story_detail", pk)
    log_access(request, Action.VIEW, _people_of(story), "verhaal")
    return render(request, "impact/story_use_withdraw.html", {"form": form, "story": story, "use": use})


@require_safe
def story_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a story, for who may see it; a browser that has it already is told so."""
    if request.user.has_perm(GUIDE):
        stories = Story.objects.visible_to(request.user)
    elif request.user.has_perm(REPORT):
        stories = Story.objects.usable_for(Use.ANNUAL_REPORT).filter(may_show_picture=True)
    else:
        raise PermissionDenied
    story = get_object_or_404(stories.select_related("participant"), pk=pk)
    if not story.picture:
        raise Http404("no picture")
    people = _people_of(story) if request.user.has_perm(GUIDE) else []
    log_access(request, Action.VIEW, people, "foto bij een verhaal")
    content = bytes(story.picture)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag, response=HttpResponse(content, content_type="image/jpeg"))
    response["ETag"] = etag
    return response


def _story_page(request: HttpRequest, story: Story, template: str) -> HttpResponse:
    is_new, is_sent = story.pk is None, request.method == "POST"
    # What is stored, whatever was typed or uploaded meanwhile.
    shown = {"pk": story.pk, "has_picture": bool(story.picture), "picture_text": story.picture_text}
    before = _people_of(story)
    form = StoryForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, instance=story, user=request.user
    )
    if is_sent and form.is_valid():
        with refusals_on(form):
            ended = save_story(form.instance, by=request.user)
            people = {*before, *_people_of(form.instance)}
            log_access(request, Action.ADD if is_new else Action.CHANGE, people, "verhaal")
            messages.success(request, "Het verhaal is bewaard.")
            if ended:
                messages.warning(request, "Je veranderde waar ja op gezegd was. Vraag de verteller opnieuw om akkoord.")
            tell_taken(request, form)
            return redirect("story_detail", form.instance.pk)
    log_access(request, Action.VIEW, form.fields["participant"].queryset, "verhaal, namen om uit te kiezen")
    return render(request, template, {"form": form, **shown})


def _stories_of(request: HttpRequest) -> QuerySet[Story]:
    """The stories in the list of the user, without the bytes of their pictures."""
    there = ExpressionWrapper(Q(picture__isnull=False), output_field=BooleanField())
    if request.user.has_perm(GUIDE):
        running = Prefetch("uses", StoryUse.objects.filter(withdrawn_on__isnull=True), to_attr="running_uses")
        stories = Story.objects.visible_to(request.user).select_related("participant")
        stories = stories.prefetch_related(running, "participant__consents")
    else:
        stories = Story.objects.usable_for(Use.ANNUAL_REPORT).defer("participant")
    return stories.defer("picture").annotate(has_picture=there).select_related("workshop", "organisation", "theme")


def _get_story(request: HttpRequest, pk: int) -> Story:
    stories = Story.objects.visible_to(request.user)
    about = ("participant", "workshop", "organisation", "theme", "recorded_by")
    return get_object_or_404(stories.select_related(*about), pk=pk)


def _people_of(story: Story) -> list:
    return [story.participant] if story.participant else []
