"""An app with one migration, as the next version may have: a column more in the busiest table."""
