"""Taking in a year of spreadsheets: read the files, clean the rows, plan against the database, write at once."""
