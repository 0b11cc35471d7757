"""What people change by hand, on top of the groups."""

from investigate.campaigns.arranging import Change, apply_changes
from investigate.campaigns.grouping.groups import Group
from investigate.campaigns.keeping import placed
from investigate.campaigns.keys import key_of

GROUPS = {"one": ["a", "b", "c"], "two": ["d", "e"]}


def test_a_split_takes_messages_out_and_a_merge_puts_campaigns_together():
    split = Change(1, "split", ("a", "b"))
    assert apply_changes(GROUPS, [split]) == {"one": ["c"], "two": ["d", "e"], key_of("split 1"): ["a", "b"]}
    merge = Change(2, "merge", ("d", "a"))
    assert apply_changes(GROUPS, [merge]) == {"two": ["d", "e", "a", "b", "c"]}
    assert apply_changes(GROUPS, [split, merge]) == {"one": ["c"], "two": ["d", "e", "a", "b"]}


def test_what_joins_a_group_later_follows_a_merge_but_no_split():
    changes = [Change(1, "split", ("a",)), Change(2, "merge", ("d", "b"))]
    grown = {"one": ["a", "b", "c", "new"], "two": ["d", "e"]}
    assert apply_changes(grown, changes) == {"two": ["d", "e", "b", "c", "new"], key_of("split 1"): ["a"]}


def test_messages_that_are_gone_are_ignored():
    changes = [Change(1, "split", ("gone", "a")), Change(2, "merge", ("gone", "d"))]
    assert apply_changes(GROUPS, changes) == {"one": ["b", "c"], "two": ["d", "e"], key_of("split 1"): ["a"]}


def test_the_groups_themselves_are_not_changed():
    apply_changes(GROUPS, [Change(1, "split", ("a",))])
    assert GROUPS == {"one": ["a", "b", "c"], "two": ["d", "e"]}


def test_a_key_stays_with_most_of_its_messages():
    groups = [Group(("older", "a", "b"), {"a": "older", "b": "a"}), Group(("c", "d"), {"d": "c"})]
    found = placed(groups, {"a": "old", "b": "old", "c": "old"})
    assert found["older"] == ("old", "")
    assert found["b"] == ("old", "a")
    assert found["c"] == (key_of("c"), "")


def test_a_new_group_is_named_after_its_oldest_message_and_no_key_is_used_twice():
    taken = key_of("a")
    found = placed([Group(("x", "y"), {"y": "x"}), Group(("a", "b"), {"b": "a"})], {"x": taken})
    assert found["x"][0] == taken
    assert found["a"][0] == key_of("b")
