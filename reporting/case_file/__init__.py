"""The case file: everything about one agreement in one archive that can be checked without this application."""
