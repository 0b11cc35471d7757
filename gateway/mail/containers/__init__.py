"""Open what lies within a message: attached messages, archives, documents. One file for each format.

Each opener is `open_…(data, name, budget) -> Opened`. It may raise whatever its library raises; `opening.open_file`
catches it and says what was not read. Heavy libraries are imported when they are first needed.
"""
