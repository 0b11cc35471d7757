"""The query language of the search bar: lexer, parser, planning for the API, and the test on each row."""

from investigate.search.query.form_fields import as_words, folded, whole, written
from investigate.search.query.parser import parse
from investigate.search.query.planning import Plan, plan_of
from investigate.search.query.row_matching import Known, truth
from investigate.search.query.syntax_tree import Node, QueryError

__all__ = [
    "Known",
    "Node",
    "Plan",
    "QueryError",
    "as_words",
    "folded",
    "parse",
    "plan_of",
    "truth",
    "whole",
    "written",
]
