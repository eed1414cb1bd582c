"""Declared values: names, numbers, birth dates and codes, read and compared by written rules."""
