"""The query language of the search bar: lexer, parser, planning for the API, and the test on each row."""

from investigate.search.query.form_fields import as_words, query_text, query_to_fields, whole_query
from investigate.search.query.parser import parse
from investigate.search.query.planning import Plan, plan_of
from investigate.search.query.row_matching import KnownMessage, query_matches
from investigate.search.query.syntax_tree import Node, QueryError

__all__ = [
    "KnownMessage",
    "Node",
    "Plan",
    "QueryError",
    "as_words",
    "parse",
    "plan_of",
    "query_matches",
    "query_text",
    "query_to_fields",
    "whole_query",
]
