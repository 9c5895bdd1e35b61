"""Loaded once by the process that others are copied from (`pluspunt.pdf_process`): finds the letters of the machine."""

from pluspunt.layout import make_pdf
from pluspunt.pdf_process import Order

make_pdf(Order("<html lang='nl'><title>x</title><link rel='stylesheet' href='print/print.css'><p>x</p></html>"))
