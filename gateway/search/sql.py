"""Build the SQL of a search: conditions on the message's row, and the full-text match for each database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway import ids
from gateway.mail.web_address import spellings
from gateway.models.message import DeliveryBit, OperationBit
from gateway.search import link_words, words
from gateway.search.index_entry import bare_message_id
from gateway.search.params import SearchParams

MALICIOUS = ("MALICIOUS", "MALICIOUS-BEC")
_ACTIONS = {
    "PREVIEW": OperationBit.PREVIEW,
    "QUARANTINE_RELEASED": OperationBit.QUARANTINE_RELEASE,
    "MOVED": OperationBit.MOVE,
    "SUBMITTED": OperationBit.SUBMISSION,
}
_STATUSES = {bit.label: bit for bit in DeliveryBit}


@dataclass(slots=True)
class Where:
    """SQL conditions that are ANDed, with their parameters.

    Text from clients never gets into `clauses`.
    """

    clauses: list[str] = field(default_factory=list)
    parameters: list[str | int] = field(default_factory=list)

    def add(self, clause: str, *parameters: str | int) -> None:
        self.clauses.append(clause)
        self.parameters.extend(parameters)


class NothingMatches(Exception):
    """The search can't match any message, whatever is stored."""


def row_conditions(params: SearchParams) -> Where:
    """Return the conditions on the columns of `gateway_message` (alias m)."""
    where = Where()
    where.add("m.id >= %s", ids.first_key(params.start))
    if params.end is not None:
        where.add("m.id < %s", ids.past_key(params.end))
    where.add("m.account_id = %s", params.account_id)
    if params.detections_only and not params.submissions:
        # A message that a user reported (a submission) is not a detection, whatever its disposition.
        where.add("m.final_disposition <> 'NONE'")
    if params.final_disposition:
        _any_of(where, "m.final_disposition", _expanded(params.final_disposition))
    if params.message_action:
        mask = sum(int(_ACTIONS[name]) for name in set(params.message_action))
        where.add("m.operation_bits > 0 AND (m.operation_bits & %s) > 0", mask)
    if params.delivery_status:
        mask = sum(int(_STATUSES[name]) for name in set(params.delivery_status))
        if not mask & DeliveryBit.DELIVERED:
            # This condition enables the partial index of the few messages that are not just delivered.
            where.add("NOT (m.delivery_bits = 1)")
        where.add("(m.delivery_bits & %s) > 0", mask)
    where.add("m.is_phish_submission" if params.submissions else "NOT m.is_phish_submission")
    return where


def _expanded(dispositions: Sequence[str]) -> list[str]:
    """Return the dispositions to search for: MALICIOUS includes MALICIOUS-BEC.

    The filter's enum has no MALICIOUS-BEC, because the vendor counts it as MALICIOUS.
    """
    found = set(dispositions)
    return sorted(found.union(MALICIOUS) if "MALICIOUS" in found else found)


def _any_of(where: Where, column: str, values: Sequence[str]) -> None:
    where.add(f"{column} IN ({', '.join(['%s'] * len(values))})", *values)


@dataclass(frozen=True, slots=True)
class Match:
    """A full-text match: all phrases of `subject` and `words` must occur, and of each group in `keys` at least one.

    `addresses` are phrases of the query that are whole addresses, each with the key of the recipient: one of the two
    must occur. PostgreSQL keeps 255 places of a word, so the phrase does not find the last of a thousand recipients.
    """

    subject: tuple[tuple[str, ...], ...]
    words: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[tuple[str, ...], ...], ...]
    addresses: tuple[tuple[tuple[str, ...], str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.subject or self.words or self.keys or self.addresses)


def match_of(params: SearchParams) -> Match:
    """Return the full-text match for `params`.

    Raise NothingMatches if a text filter contains no words.
    """
    groups: list[tuple[tuple[str, ...], ...]] = []
    for kind, values in (
        ("sender", _spelled(params.sender)),
        ("recipient", _spelled(params.recipient)),
        ("domain", _spelled(params.domain)),
        ("message_id", tuple(map(bare_message_id, params.message_id))),
        ("refers_to", tuple(map(bare_message_id, params.refers_to))),
        ("alert_id", params.alert_id),
        ("smtp_helo_ip", params.smtp_helo_ip),
        ("exact_subject", params.exact_subject),
    ):
        if values:
            groups.append(tuple(sorted({(words.key(kind, value.strip()),) for value in values})))
    if params.url:
        groups.append(_parts_of_links(params.url))
    addresses = dict(_addresses(params.query or ""))
    phrases = tuple(phrase for phrase in _phrases(params.query) if phrase not in addresses)
    return Match(_phrases(params.subject), phrases, tuple(groups), tuple(addresses.items()))


def _addresses(query: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the phrase and the recipient's key of each term that is a whole address."""
    for term in query.split():
        address = term.strip("\"'<>(),;")
        local, _at, domain = address.rpartition("@")
        phrase = tuple(next(words.phrases(address), ()))
        if phrase and local and "." in domain:
            yield phrase, words.key("recipient", address)


def _spelled(values: Sequence[str]) -> tuple[str, ...]:
    """Return both spellings of each domain or address: messages that came before both were indexed have one of them."""
    return tuple(spelling for value in values for spelling in spellings(value))


def _parts_of_links(values: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    found = tuple(dict.fromkeys(phrase for value in values if (phrase := link_words.phrase(value))))
    if not found:
        raise NothingMatches
    return found


def _phrases(text: str | None) -> tuple[tuple[str, ...], ...]:
    if text is None or not text.strip():
        return ()
    found = tuple(dict.fromkeys(tuple(phrase) for phrase in words.phrases(text)))
    if not found:
        raise NothingMatches
    return found


def fts5_expression(match: Match) -> str:
    """Return `match` as an SQLite FTS5 expression.

    Every word consists of a-z only, so nothing needs escaping.
    """
    parts = [f'subject : "{" ".join(phrase)}"' for phrase in match.subject]
    parts += [f'words : "{" ".join(phrase)}"' for phrase in match.words]
    parts += [f'(words : "{" ".join(phrase)}" OR keys : "{key}")' for phrase, key in match.addresses]
    parts += [f"keys : ({' OR '.join(_quoted(group))})" for group in match.keys]
    return " AND ".join(parts)


def _quoted(group: Sequence[Sequence[str]]) -> list[str]:
    return [f'"{" ".join(phrase)}"' for phrase in group]


def postgres_conditions(match: Match) -> Where:
    """Return `match` as conditions on `gateway_messageindex` (alias i) that use its three GIN indexes."""
    where = Where()
    for column, phrases in (("subject", match.subject), ("words", match.words)):
        if phrases:
            query = " & ".join(f"({' <-> '.join(phrase)})" for phrase in phrases)
            where.add(f"to_tsvector('simple', i.{column}) @@ to_tsquery('simple', %s)", query)
    for phrase, key in match.addresses:
        where.add(
            "(to_tsvector('simple', i.words) @@ to_tsquery('simple', %s)"
            " OR to_tsvector('simple', i.keys) @@ to_tsquery('simple', %s))",
            " <-> ".join(phrase),
            key,
        )
    if match.keys:
        query = " & ".join(f"({' | '.join(' <-> '.join(phrase) for phrase in group)})" for group in match.keys)
        where.add("to_tsvector('simple', i.keys) @@ to_tsquery('simple', %s)", query)
    return where
