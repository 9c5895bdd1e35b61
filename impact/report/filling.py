"""What stands in the editor, as the document wants it: only what is switched on, and stories with consent."""

from collections.abc import Iterable

from impact.models import Report, ReportSection, Story, StoryUse
from impact.report.content import (
    DUTCH,
    ENGLISH,
    OrganisationContent,
    ReportContent,
    SectionContent,
    StoryContent,
    Version,
)
from impact.report.texts import TITLES
from pluspunt.periods import Period

Kind = ReportSection.Kind
# Label in Dutch and in English of what an ANBI shows, by the field of the report.
ORGANISATION_LABELS = {
    "rsin": ("RSIN", "RSIN (fiscal number)"),
    "chamber_number": ("KvK-nummer", "Chamber of Commerce number"),
    "address": ("Adres", "Address"),
    "contact": ("Telefoon en e-mail", "Telephone and e-mail"),
    "website": ("Website", "Website"),
    "purpose": ("Doelstelling", "Purpose"),
    "board": ("Bestuur", "Board"),
    "pay_policy": ("Beloningsbeleid", "Pay policy"),
    "accounts": ("Jaarrekening", "Annual accounts"),
}


def report_content(
    report: Report, *, period: Period | None = None, language: str = DUTCH, version: Version | None = None
) -> ReportContent:
    """The words and pictures of `report`; without a `version` it is a draft. `period` is the year, unless it runs."""
    sections = sections_in_order(report)
    return ReportContent(
        period=period or Period.of_year(report.year),
        sections=tuple(_section(each, language) for each in sections if each.is_on),
        title=report.title if language == DUTCH else "",
        subtitle=report.subtitle if language == DUTCH else "",
        language=language,
        version=version,
        organisation=organisation_content(report, sections, language),
    )


def sections_in_order(report: Report) -> list[ReportSection]:
    """All sections, on or off, in their order: the workshops follow their section, and are left out with it."""
    usable = Story.objects.usable_for(StoryUse.Use.ANNUAL_REPORT).select_related("workshop")
    rows = list(report.sections.select_related("workshop"))
    told = _stories_of(rows, usable)
    for row in rows:
        row.told = told.get(row.pk, [])
    workshops = [row for row in rows if row.workshop_id]
    in_order = []
    for row in rows:
        if row.workshop_id:
            continue
        in_order.append(row)
        if row.kind == Kind.WORKSHOPS and row.is_on:
            in_order += workshops
    return in_order


def organisation_content(report: Report, sections: Iterable[ReportSection], language: str) -> OrganisationContent:
    """Who publishes, and what is filled in of what an ANBI shows."""
    which = 0 if language == DUTCH else 1
    facts = [(labels[which], getattr(report, field)) for field, labels in ORGANISATION_LABELS.items()]
    text = next((_words(row, language)[0] for row in sections if row.kind == Kind.ORGANISATION), "")
    return OrganisationContent(report.legal_name, text, tuple((label, value) for label, value in facts if value))


def section_title(section: ReportSection, language: str = DUTCH) -> str:
    """The heading that somebody chose, the workshop, or the usual one; in English always the last two."""
    if language == DUTCH and section.title:
        return section.title
    if section.workshop_id:
        return section.workshop.name
    return TITLES[section.kind][0 if language == DUTCH else 1]


def _section(section: ReportSection, language: str) -> SectionContent:
    text, written_in = _words(section, language)
    return SectionContent(
        kind=section.kind,
        title=section_title(section, language),
        workshop=section.workshop_id,
        text=text,
        picture=bytes(section.picture) if section.picture else None,
        picture_alt=section.picture_text,
        stories=tuple(_story(story) for story in section.told) if section.takes_stories else (),
        language=written_in,
    )


def _words(section: ReportSection, language: str) -> tuple[str, str]:
    """The text in `language`, or in Dutch when nobody translated it, and which of the two it is."""
    if language == ENGLISH and section.english_text:
        return section.english_text, ENGLISH
    return section.text, DUTCH


def _story(story: Story) -> StoryContent:
    return StoryContent(
        text=story.text,
        title=(story.title or story.workshop_name) if story.kind == Story.Kind.STORY else "",
        teller=story.shown_as,
        workshop=story.workshop_name,
        picture=bytes(story.picture) if story.picture and story.may_show_picture else None,
        picture_alt=story.picture_text,
    )


def _stories_of(sections: list[ReportSection], usable) -> dict[int, list[Story]]:
    """The chosen stories that may be told, by section, in their own order."""
    with_picture = set(
        StoryUse.objects.filter(
            use=StoryUse.Use.ANNUAL_REPORT, withdrawn_on__isnull=True, with_picture=True
        ).values_list("story", flat=True)
    )
    stories = {story.pk: story for story in usable.filter(sections__in=sections).distinct()}
    for story in stories.values():
        story.workshop_name = story.workshop.name if story.workshop else ""
        story.may_show_picture = story.pk in with_picture
    chosen: dict[int, list[Story]] = {}
    links = ReportSection.stories.through.objects.filter(reportsection__in=sections, story__in=stories)
    for section, story in links.order_by("story__told_on", "story").values_list("reportsection", "story"):
        chosen.setdefault(section, []).append(stories[story])
    return chosen
