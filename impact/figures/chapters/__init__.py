"""The catalogue of figures, one module per chapter; each gives a flat list of `Figure`."""
