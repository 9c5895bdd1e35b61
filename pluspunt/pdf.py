"""Documents: one HTML template becomes one PDF that is both PDF/UA-1 (accessible) and PDF/A-3a (to be kept)."""

import gc
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pydyf
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from weasyprint import DEFAULT_OPTIONS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Relative addresses in a print template and its stylesheets are names of static files under this host.
STATIC_HOST = "https://static.invalid/"
# Pictures that are no files: only those that a document was given can be asked for, by their names there.
PICTURE_HOST = "https://picture.invalid/"
# Signs that our letters lack and people do type; otherwise a font of the machine would come along for them.
LETTERS = str.maketrans({"₂": "2", "₃": "3", "↔": "–", "→": "›", "←": "‹"} | {"≥": "minstens ", "≤": "hoogstens "})
OPTIONS = {**DEFAULT_OPTIONS, "pdf_variant": "pdf/a-3a"}
# A render makes some hundred thousand objects that all live until its end: collecting in between only costs time.
NORMAL_THRESHOLDS = gc.get_threshold()
RAISED_THRESHOLDS = (200_000, 50, 100)

# Says that the file is PDF/UA-1 too; PDF/A wants a schema that it does not know described (ISO 19005-3, 6.6.2.3).
PDFUA_METADATA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True)
class AttachedFile:
    """A file inside a PDF, with the data that the document is about."""

    name: str
    description: str
    content: bytes


class StaticFetcher(URLFetcher):
    """Gives a document our own static files, its own pictures (JPEG) and nothing else: no network, no other file."""

    def __init__(self, pictures: Mapping[str, bytes] | None = None):
        super().__init__()
        self.pictures = pictures or {}

    def fetch(self, url, headers=None):
        picture = self.pictures.get(url.removeprefix(PICTURE_HOST)) if url.startswith(PICTURE_HOST) else None
        if picture is not None:
            return URLFetcherResponse(url, picture, {"Content-Type": "image/jpeg"})
        name = unquote(urlsplit(url).path).lstrip("/")
        found = finders.find(name) if url.startswith(STATIC_HOST) else None
        if found is None:
            raise ValueError(f"not one of our static files: {url}")
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": content_type})


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
    """
    html = render_to_string(template, context)
    return html_to_pdf(html, pictures=pictures, attachments=attached(attachments, context["document_date"]))


def render_pdf_on_one_page(template: str, context: dict, sizes: Sequence[str]) -> bytes:
    """As `render_pdf`, with as `size` the first of `sizes`, from large to small, that fits on one page.

    When even the last one does not fit, that one takes the pages it needs.
    """
    with _without_needless_collecting():
        for size in sizes:
            document = _laid_out(render_to_string(template, context | {"size": size}))
            if len(document.pages) == 1:
                break
        return document.write_pdf(finisher=_add_pdfua, **OPTIONS)


def html_to_pdf(
    html: str, *, pictures: Mapping[str, bytes] | None = None, attachments: Sequence[Attachment] = ()
) -> bytes:
    with _without_needless_collecting():
        document = _laid_out(html, pictures)
        document.metadata.attachments += attachments
        return document.write_pdf(finisher=_add_pdfua, **OPTIONS)


def attached(files: Sequence[AttachedFile], day: date) -> list[Attachment]:
    """The files as WeasyPrint wants them, as data of the document and dated the day that it is about."""
    moment = datetime.combine(day, time.min)
    dates = {"created": moment, "modified": moment}
    return [
        Attachment(string=file.content, name=file.name, description=file.description, relationship="Data", **dates)
        for file in sorted(files, key=lambda file: file.name)
    ]


def _laid_out(html: str, pictures: Mapping[str, bytes] | None = None) -> Document:
    return HTML(string=html.translate(LETTERS), base_url=STATIC_HOST, url_fetcher=StaticFetcher(pictures)).render(
        **OPTIONS
    )


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """`content` as a download under `filename`."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@contextmanager
def _without_needless_collecting() -> Iterator[None]:
    gc.set_threshold(*RAISED_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*NORMAL_THRESHOLDS)


def _add_pdfua(document: Document, pdf: pydyf.PDF) -> None:
    """Adds what PDF/UA-1 asks on top of PDF/A-3a: its name in the metadata and a scope on every table header; and takes
    from pictures what PDF/A-3a forbids."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", PDFUA_METADATA + b"</rdf:RDF>") for part in metadata.stream]
    for element in pdf.objects:
        if isinstance(element, pydyf.Stream) and element.extra.get("Interpolate") == "true":
            element.extra["Interpolate"] = "false"  # ISO 19005-3, 6.2.8
        if isinstance(element, dict) and element.get("S") == "/TH":
            row = _object(pdf, element["P"])
            in_head = _object(pdf, row["P"])["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]
