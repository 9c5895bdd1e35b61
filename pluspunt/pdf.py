"""Documents: one HTML template becomes one PDF that is both PDF/UA-1 (accessible) and PDF/A-3a (to be kept)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import HttpResponse
from django.template.loader import render_to_string

from pluspunt.pdf_process import PICTURE_HOST, STATIC_HOST, AttachedFile, DocumentTooHeavy, Order, carry_out

__all__ = ["PICTURE_HOST", "STATIC_HOST", "AttachedFile", "DocumentTooHeavy"]

# Signs that our letters lack and people do type; otherwise a font of the machine would come along for them.
LETTERS = str.maketrans({"₂": "2", "₃": "3", "↔": "–", "→": "›", "←": "‹"} | {"≥": "minstens ", "≤": "hoogstens "})


def render_pdf(
    template: str,
    context: dict,
    *,
    pictures: Mapping[str, bytes] | None = None,
    attachments: Sequence[AttachedFile] = (),
) -> bytes:
    """The PDF of `template`: byte-identical for the same context, with only our own fonts in it.

    The template extends `print/base.html`, which asks for a title and for `document_date`, the day the document is
    about; the clock plays no part in it. `pictures` are JPEGs that the template calls by name under `PICTURE_HOST`.
    Raises `DocumentTooHeavy`.
    """
    html = render_to_string(template, context)
    return html_to_pdf(html, pictures=pictures, attachments=attachments, day=context["document_date"])


def render_pdf_on_one_page(template: str, context: dict, sizes: Sequence[str]) -> bytes:
    """As `render_pdf`, with as `size` the first of `sizes`, from large to small, that fits on one page.

    When even the last one does not fit, that one takes the pages it needs.
    """
    for size in sizes:
        html = render_to_string(template, context | {"size": size}).translate(LETTERS)
        document = carry_out(Order(html, on_one_page=size != sizes[-1]))
        if document is not None:
            break
    return document


def html_to_pdf(
    html: str,
    *,
    pictures: Mapping[str, bytes] | None = None,
    attachments: Sequence[AttachedFile] = (),
    day: date | None = None,
) -> bytes:
    """The PDF of `html`; `attachments` are dated on `day`."""
    return carry_out(Order(html.translate(LETTERS), dict(pictures or {}), tuple(attachments), day))


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """`content` as a download under `filename`."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
