"""What the editor gave, as chapters of a document: texts in paragraphs, pictures and stories by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from impact.report.content import ReportContent, SectionContent, StoryContent
from impact.report.prose import Block, blocks_of
from impact.report.texts import TITLES
from impact.report.words import is_english
from pluspunt.pdf import PICTURE_HOST

WORDS_ONLY = "impact/print/_words.html"
# The part of the document that shows the figures of a section.
TEMPLATES = {
    "GLANCE": "impact/print/_glance.html",
    "ABOUT": "impact/print/_about.html",
    "PARTICIPANTS": "impact/print/_participants.html",
    "FLOW": "impact/print/_flow.html",
    "TAKING_PART": "impact/print/_taking_part.html",
    "PEOPLE": "impact/print/_people.html",
    "PLACE": "impact/print/_pillar.html",
    "PROSPERITY": "impact/print/_pillar.html",
    "PLANET": "impact/print/_planet.html",
    "WORKSHOPS": "impact/print/_workshops.html",
    "VOLUNTEERS": "impact/print/_volunteers.html",
    "PARTNERS": "impact/print/_partners.html",
    "METHOD": "impact/print/_method.html",
    "ORGANISATION": "impact/print/_organisation.html",
}
PILLARS = ("PEOPLE", "PLACE", "PROSPERITY", "PLANET")
# These begin on a page of their own; the others follow each other, so that no page stays nearly empty.
ON_A_NEW_PAGE = {"FOREWORD", "GLANCE", "ABOUT", "PARTICIPANTS", "PEOPLE", "WORKSHOPS", "METHOD"}


@dataclass(frozen=True)
class Picture:
    """A picture as the document asks for it: its address there, what is on it, and its caption."""

    address: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class StoryPart:
    story: StoryContent
    blocks: list[Block]
    picture: Picture | None
    language: str


@dataclass(frozen=True)
class Chapter:
    """A section as it is printed; `language` marks words that are in another language than the document."""

    kind: str
    workshop: int | None
    title: str
    anchor: str
    template: str
    blocks: list[Block]
    language: str
    picture: Picture | None
    stories: list[StoryPart]

    @property
    def starts_page(self) -> bool:
        return self.kind in ON_A_NEW_PAGE

    @property
    def is_pillar(self) -> bool:
        return self.kind in PILLARS


def chapters_of(content: ReportContent) -> list[Chapter]:
    """The sections in their order, without those that have no figures and of which nothing was written."""
    chapters = (
        _chapter(name, section, content.language) for name, section in _by_name(content) if not section.workshop
    )
    return [chapter for chapter in chapters if chapter]


def chapters_of_workshops(content: ReportContent) -> dict[int, Chapter]:
    """What was written about workshops, by their primary keys."""
    chapters = (_chapter(name, section, content.language) for name, section in _by_name(content) if section.workshop)
    return {chapter.workshop: chapter for chapter in chapters if chapter}


def _by_name(content: ReportContent) -> list[tuple[str, SectionContent]]:
    return [(f"deel-{n}", section) for n, section in enumerate(content.sections, start=1)]


def _chapter(name: str, section: SectionContent, language: str) -> Chapter | None:
    template = WORDS_ONLY if section.workshop else TEMPLATES.get(section.kind, WORDS_ONLY)
    if template == WORDS_ONLY and not (section.text.strip() or section.picture or section.stories):
        return None
    usual = TITLES.get(section.kind, (section.kind, section.kind))[1 if is_english() else 0]
    return Chapter(
        kind=section.kind,
        workshop=section.workshop,
        title=(section.title if section.language == language else "") or usual,
        anchor=name,
        template=template,
        blocks=blocks_of(section.text),
        language="" if section.language == language else section.language,
        picture=_picture(f"{name}.jpg", section),
        stories=_stories(name, section.stories, language),
    )


def _stories(prefix: str, stories: tuple[StoryContent, ...], language: str) -> list[StoryPart]:
    return [
        StoryPart(
            story,
            blocks_of(story.text),
            Picture(f"{PICTURE_HOST}{prefix}-{n}.jpg", story.picture_alt) if story.picture else None,
            "" if story.language == language else story.language,
        )
        for n, story in enumerate(stories)
    ]


def _picture(name: str, section: SectionContent) -> Picture | None:
    return Picture(f"{PICTURE_HOST}{name}", section.picture_alt, section.caption) if section.picture else None


def pictures_of(content: ReportContent) -> Mapping[str, bytes]:
    """Every picture in the document by the name under which it is asked for."""
    pictures = {}
    for name, section in _by_name(content):
        pictures |= {f"{name}.jpg": section.picture} if section.picture else {}
        pictures |= {f"{name}-{n}.jpg": story.picture for n, story in enumerate(section.stories) if story.picture}
    return pictures
