"""What a version of a report keeps: figures, words, definitions, factors and statements, as plain data."""

import json
from collections.abc import Collection
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.forms.models import model_to_dict

from impact.figures.aims import FIGURES
from impact.figures.attendance import COMPLETENESS_WARNS_UNDER
from impact.figures.figure import Figure, Kind, Value
from impact.figures.period import period_figures
from impact.models import Factor, Indicator, Report, ReportSection, Statement, Target
from impact.report.content import DUTCH, ENGLISH
from impact.report.explaining import computed, source_of
from impact.report.filling import ORGANISATION_LABELS, section_title, sections_in_order
from impact.report.guarding import Guarded, ShownFigure
from impact.report.published import published_figures
from impact.suppression import FEW, LEFT_OUT
from pluspunt.periods import Period

Content = dict[str, Any]
# The shape of what follows; another shape gets another number, and the old one stays as it is.
SHAPE = 1


def frozen_content(report: Report, *, number: int, day: str, before: Content | None = None) -> Content:
    """Everything that version `number` of `report` says, small numbers kept back; no name of a participant.

    Numbers that the version `before` kept back stay kept back: nobody can lay two versions side by side and see which
    one moved.
    """
    year = Period.of_year(report.year)
    return measured(year, kept_back=hidden_in(before)) | {
        "shape": SHAPE,
        "number": number,
        "published_on": day,
        "title": report.title,
        "subtitle": report.subtitle,
        "languages": [DUTCH, ENGLISH] if report.has_english else [DUTCH],
        "organisation": {"legal_name": report.legal_name}
        | {name: getattr(report, name) for name in ORGANISATION_LABELS},
        "sections": [_section(each) for each in sections_in_order(report) if each.is_on],
    }


def measured(period: Period, *, kept_back: Collection[str] = ()) -> Content:
    """The part of a version that is no text of an editor: figures, and all that they were measured with."""
    return {
        "year": period.start.year,
        "figures": frozen_figures(
            published_figures(period_figures(period), period_figures(period.year_before), kept_back)
        ),
        "indicators": [
            {"pillar": each.pillar, "name": each.name, "explanation": each.explanation, "how": each.how_measured}
            for each in Indicator.objects.filter(is_active=True)
        ],
        "factors": [_factor(each) for each in _factors_of(period)],
        "statements": [
            {"number": each.number, "version": each.version, "indicator": each.indicator, "text": each.text}
            for each in Statement.objects.filter(valid_from__lte=period.end).exclude(valid_to__lt=period.start)
        ],
        "targets": [
            _target(each)
            for each in Target.objects.filter(year=period.start.year).select_related("indicator", "output_type")
        ],
        "warns_under": str(COMPLETENESS_WARNS_UNDER),
    }


def frozen_figures(published: Guarded) -> list[dict[str, str]]:
    """Every figure of a version in words and, where it is shown, as a number."""
    return [_figure(shown, published) for shown in published.values()]


def hidden_in(before: Content | None) -> frozenset[str]:
    """The keys of what the version `before` left out; the next one leaves it out as well."""
    return (
        frozenset(each["key"] for each in before["figures"] if each["shown"] in (FEW, LEFT_OUT))
        if before
        else frozenset()
    )


def canonical(content: Content) -> bytes:
    """`content` in the one way of writing of which the fingerprint is taken: sorted, without spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint_of(content: Content) -> str:
    """The SHA-256 of the canonical content, in hexadecimal digits."""
    return sha256(canonical(content)).hexdigest()


def _section(section: ReportSection) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "title": section_title(section),
        "text": section.text,
        "english_text": section.english_text,
        "picture": _hash(section.picture),
        "picture_text": section.picture_text,
        "stories": [
            {
                "title": story.title,
                "text": story.text,
                "told_by": story.shown_as,
                "picture": _hash(story.picture) if story.may_show_picture else "",
            }
            for story in (section.told if section.takes_stories else [])
        ],
    }


def _factors_of(year: Period):
    factors = Factor.objects.filter(start_date__lte=year.end).exclude(end_date__lt=year.start)
    return factors.select_related("output_type").order_by("output_type__name", "kind", "start_date")


def _factor(factor: Factor) -> dict[str, str]:
    words = model_to_dict(factor, ["source", "source_year", "remark", "start_date", "end_date"])
    return {
        "output": factor.output_type.name,
        "kind": factor.get_kind_display(),
        "value": str(factor.value.normalize()),
        "is_weak": "ja" if factor.is_weak else "nee",
    } | {name: "" if value is None else str(value) for name, value in words.items()}


def _target(target: Target) -> dict[str, str]:
    """A target with the key of the figure that it is about, when that is one."""
    key = f"output.{target.output_type_id}.quantity" if target.output_type_id else FIGURES.get(target.figure, "")
    return {
        "of": " ".join(filter(None, [str(target), target.output_type and f"({target.output_type})"])),
        "key": key,
        "value": str(target.value.normalize()),
    }


def _figure(shown: ShownFigure, published: Guarded) -> dict[str, str]:
    figure = shown.figure
    labels = {key: each.figure for key, each in published.items()} if figure.parts else {}
    return {
        "key": figure.key,
        "group": figure.group,
        "label": figure.label,
        "unit": figure.unit,
        "kind": figure.kind.value,
        "definition": figure.definition,
        "computed": computed(figure, labels),
        "source": source_of(figure.key),
        "shown": shown.text,
        "value": "" if shown.value is None else _as_precise_as_shown(figure, shown.value),
    }


def _as_precise_as_shown(figure: Figure, value: Value) -> str:
    """More digits than a reader sees would tell more about the people behind it."""
    digits = {Kind.RATE: 3, Kind.SCORE: 2}.get(figure.kind, 1)
    return f"{round(Decimal(value), digits).normalize():f}"


def _hash(content: bytes | None) -> str:
    return sha256(bytes(content)).hexdigest() if content else ""
