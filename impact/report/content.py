"""What the editor gives to a report: the order, texts, pictures and stories, apart from the models that keep them."""

from dataclasses import dataclass, field
from datetime import date

from pluspunt.periods import Period

DUTCH, ENGLISH = "nl", "en"


@dataclass(frozen=True)
class Version:
    """What makes a published report recognisable: `fingerprint` says it is this one, `changes` what differs."""

    number: int
    date: date
    fingerprint: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoryContent:
    """A story or, without a title, a quote; `teller` as they want to be named, empty for nobody."""

    text: str
    title: str = ""
    teller: str = ""
    workshop: str = ""
    picture: bytes | None = None
    picture_alt: str = ""
    language: str = DUTCH

    @property
    def is_quote(self) -> bool:
        return not self.title


@dataclass(frozen=True)
class SectionContent:
    """One section: `text` has an empty line between paragraphs, `language` is what it is written in.

    `kind` is a value of `ReportSection.Kind`; among the workshops, `workshop` says which one it is about. A picture is
    a JPEG of our own (`pluspunt.pictures`).
    """

    kind: str
    title: str = ""
    workshop: int | None = None
    text: str = ""
    picture: bytes | None = None
    picture_alt: str = ""
    caption: str = ""
    stories: tuple[StoryContent, ...] = ()
    language: str = DUTCH


@dataclass(frozen=True)
class OrganisationContent:
    """Who publishes the report, and what an ANBI shows (`facts`: label and value)."""

    name: str = "Stichting Pluspunt Rotterdam"
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ReportContent:
    """Everything about a report that is not a figure. Without a `version` it is a draft, and says so on every page.

    `kept_back` are the keys of figures that an earlier version left out, and that stay out.
    """

    period: Period
    sections: tuple[SectionContent, ...]
    title: str = ""
    subtitle: str = ""
    language: str = DUTCH
    version: Version | None = None
    organisation: OrganisationContent = field(default_factory=OrganisationContent)
    kept_back: frozenset[str] = frozenset()

    @property
    def year(self) -> int:
        return self.period.start.year
