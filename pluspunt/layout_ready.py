"""Loaded once by the process that others are copied from (`pluspunt.pdf_process`): finds the letters of the machine."""

from pluspunt.layout import make_pdf
from pluspunt.pdf_process import Order

make_pdf(Order("Een woord, dan is alles geladen."))
