"""The query language of the search bar."""

from investigate.query.folding import as_words, folded, whole, written
from investigate.query.matching import Known, truth
from investigate.query.parser import parse
from investigate.query.planning import Plan, plan_of
from investigate.query.syntax import Node, QueryError

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
