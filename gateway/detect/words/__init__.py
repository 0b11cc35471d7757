"""Phrases that mail of a certain kind uses, by subject and language. They are data: nothing here decides."""
