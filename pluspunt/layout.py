"""Laying out documents: done in a process of its own (`pluspunt.pdf_process`), which has no database and no network."""

import gc
import mimetypes
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pydyf
from django.contrib.staticfiles.finders import FileSystemFinder
from weasyprint import DEFAULT_OPTIONS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.urls import URLFetcher, URLFetcherResponse

from pluspunt.pdf_process import PICTURE_HOST, STATIC_HOST, AttachedFile, Order

OPTIONS = {**DEFAULT_OPTIONS, "pdf_variant": "pdf/a-3a"}
# A render makes some hundred thousand objects that all live until its end: collecting in between only costs time.
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
        found = FileSystemFinder().find(name) if url.startswith(STATIC_HOST) else None
        if not found:
            raise ValueError(f"not one of our static files: {url}")
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": content_type})


def make_pdf(order: Order) -> bytes | None:
    """The document of `order`, byte-identical for the same one; `None` when it had to fit on one page and does not."""
    gc.set_threshold(*RAISED_THRESHOLDS)
    html = HTML(string=order.html, base_url=STATIC_HOST, url_fetcher=StaticFetcher(order.pictures))
    document = html.render(**OPTIONS)
    if order.on_one_page and len(document.pages) > 1:
        return None
    document.metadata.attachments += _attached(order.attachments, order.day)
    return document.write_pdf(finisher=_add_pdfua, **OPTIONS)


def _attached(files: Sequence[AttachedFile], day: date | None) -> list[Attachment]:
    """The files as WeasyPrint wants them, as data of the document and dated the day that it is about."""
    moment = day and datetime.combine(day, time.min)
    dates = {"created": moment, "modified": moment}
    return [
        Attachment(string=file.content, name=file.name, description=file.description, relationship="Data", **dates)
        for file in sorted(files, key=lambda file: file.name)
    ]


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
