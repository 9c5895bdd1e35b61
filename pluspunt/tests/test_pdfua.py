"""The check on PDFs itself: it must be able to say no."""

import pytest
from weasyprint import HTML

from pluspunt.tests.pdfua import failures

PAGE = "<html lang=nl><title>Verslag</title><h1>Jaarverslag</h1><p>Twaalf deelnemers.</p></html>"


@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_an_ordinary_pdf_is_refused(tmp_path, flavour):
    HTML(string=PAGE).write_pdf(tmp_path / "ordinary.pdf")
    assert failures(flavour, tmp_path / "ordinary.pdf") != []


@pytest.mark.slow
def test_what_is_no_pdf_raises_an_error(tmp_path):
    (tmp_path / "text.pdf").write_text("geen PDF")
    with pytest.raises(RuntimeError):
        failures("ua1", tmp_path / "text.pdf")
