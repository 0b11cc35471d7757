"""A mixed store of made-up mail with known campaigns, as traits: what belongs together has the same label."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.mail.hashes import edf_hash
from gateway.mail.similarity import text_minhash
from investigate.campaigns.grouping.traits import Traits, subject_template
from tests.investigate.campaigns import vocabulary as words

START = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 28
_CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up message and the label of what it belongs to. Mail that belongs to nothing has a label of its own."""

    traits: Traits
    label: str


def store(*, messages: int, campaigns: int, seed: int, largest: int = 400) -> list[Made]:
    """Return a store of so many messages, of which the campaigns are a part, in a random order."""
    rng = random.Random(seed)
    made: list[Made] = []
    for number in range(campaigns):
        size = round(3 * (largest / 3) ** (number / max(campaigns - 1, 1)))
        made += _campaign(rng, number, size)
    left = messages - len(made)
    made += _newsletters(rng, left // 4)
    made += _notices(rng, left // 5)
    made += [_business(rng, number) for number in range(messages - len(made))]
    rng.shuffle(made)
    return made


def _fill(rng: random.Random, template: str, first: str) -> str:
    text = template.format(
        first=first, last=rng.choice(words.LAST), company=rng.choice(words.COMPANIES), thing=rng.choice(words.THINGS),
        thing2=rng.choice(words.THINGS), verb=rng.choice(words.VERBS), place=rng.choice(words.PLACES),
        time=rng.choice(words.TIMES), number=rng.randrange(1000, 99999),
    )  # fmt: skip
    return _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _ip(rng: random.Random) -> str:
    return f"203.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def _domain(rng: random.Random) -> str:
    return f"{rng.choice(words.THINGS)}-{rng.choice(words.PLACES).lower()}{rng.randrange(1000)}.example"


def _made(
    rng: random.Random, label: str, *, at: datetime, first: str, text: str, subject: str, **traits: object
) -> Made:
    recipient = f"{first.lower()}.{rng.choice(words.LAST).lower()}@acme.example"
    names = [first, recipient]
    identity = _hash(label, at, rng.random())
    return Made(
        Traits(
            id=identity,
            at=at,
            minhash=base64.b64decode(text_minhash(text, names)),
            text=edf_hash(text, names),
            subject=subject_template(subject, names),
            **traits,  # type: ignore[arg-type]
        ),
        label,
    )


def _moment(rng: random.Random, since: datetime = START, hours: float = DAYS * 24) -> datetime:
    return since + timedelta(seconds=rng.uniform(0, hours * 3600))


def _campaign(rng: random.Random, number: int, size: int) -> Iterator[Made]:
    """Yield a campaign: its words, hosts and senders vary, and each has other things that stay the same.

    Of one in seven, each text is written anew; of one in five, words are missing here and there.
    """
    if number % 6 == 5:
        yield from _requests(rng, number, size)
        return
    is_rewritten, has_gaps = number % 7 == 6, number % 5 == 2
    template = f"{_lure(rng)} {_own_words(rng)}"
    subjects = [rng.choice(words.LURE_SUBJECTS) for _ in range(1 + number % 2)]
    begins, layout = _moment(rng, hours=(DAYS - 3) * 24), _hash("layout", number)
    path, kit = f"/{_hash(number)[:5]}/#", [_domain(rng) for _ in range(1 + size // (20 if is_rewritten else 8))]
    servers, senders = [_ip(rng) for _ in range(1 + size // 10)], [_domain(rng) for _ in range(1 + size // 5)]
    for member in range(size):
        first, domain = rng.choice(words.FIRST), rng.choice(senders)
        text = _fill(rng, f"{_lure(rng)} {_own_words(rng)}" if is_rewritten else template, first)
        if has_gaps:
            text = " ".join(word for word in text.split() if rng.random() > 0.08)
        traits: dict[str, object] = {
            "structure": layout if number % 3 or member % 4 else _hash("layout", number, member % 8),
            "sender": f"{rng.choice(words.LAST).lower()}@{domain}",
            "ip": rng.choice(servers),
        }
        if number % 4 == 1 and not is_rewritten:
            traits |= {"files": (_hash("file", number, member // 10),), "file_names": ("document-#.pdf",)}
        else:
            traits |= {
                "hosts": (rng.choice(kit),),
                "paths": (path if number % 2 or is_rewritten else f"/{_hash(member)[:6]}",),
            }
        yield _made(
            rng, f"campaign {number}", at=_moment(rng, begins, 72), first=first, text=text,
            subject=_fill(rng, rng.choice(subjects), first), is_threat=rng.random() < 0.7, **traits,
        )  # fmt: skip


def _requests(rng: random.Random, number: int, size: int) -> Iterator[Made]:
    """Yield a campaign of short texts in a chief's name, from many free mailboxes; one address gets the replies."""
    template = f"{rng.choice(words.SHORT_REQUESTS)} {_own_words(rng)}"
    chief, reply_to = f"{rng.choice(words.FIRST)} {rng.choice(words.LAST)}".lower(), f"office{number}@{_domain(rng)}"
    begins = _moment(rng, hours=(DAYS - 3) * 24)
    for _ in range(size):
        first = rng.choice(words.FIRST)
        yield _made(
            rng, f"campaign {number}", at=_moment(rng, begins, 72), first=first, text=_fill(rng, template, first),
            subject=_fill(rng, "{{Quick|Small}} request for {first}", first), is_threat=rng.random() < 0.7,
            sender=f"{_hash(rng.random())[:8]}@freemail.example", name=chief, ip=_ip(rng), reply_to=reply_to,
        )  # fmt: skip


def _lure(rng: random.Random) -> str:
    return " ".join(rng.choice(kind) for kind in (words.LURE_OPENINGS, words.LURE_BODIES, words.LURE_CLOSINGS))


def _own_words(rng: random.Random) -> str:
    """Return words that one campaign has for itself: two campaigns may begin from the same kit."""
    return " ".join(rng.sample([*words.THINGS, *words.VERBS, *words.PLACES, *words.LAST], rng.randrange(8, 30)))


def _newsletters(rng: random.Random, messages: int) -> Iterator[Made]:
    """Yield newsletters: the copies of one issue belong together, the issues of one publisher do not."""
    left, publisher = messages, 0
    while left > 0:
        publisher += 1
        domain, server, layout = _domain(rng), _ip(rng), _hash("newsletter", publisher)
        name, tracker = (
            f"{rng.choice(words.COMPANIES)} {rng.choice(words.THINGS)}".lower(),
            f"click{publisher % 9}.example",
        )
        for issue in range(rng.randrange(1, 5)):
            text, at = " ".join(_fill(rng, rng.choice(words.NEWS), "reader") for _ in range(9)), _moment(rng)
            subject = _fill(rng, rng.choice(words.NEWS), "reader")
            for _ in range(min(left, rng.randrange(1, 12))):
                left -= 1
                yield _made(
                    rng, f"issue {publisher}.{issue}", at=at + timedelta(seconds=rng.randrange(600)),
                    first=rng.choice(words.FIRST), text=text, subject=subject, structure=layout,
                    sender=f"news@{domain}", name=name, ip=server, hosts=(tracker,), paths=("/c/#",),
                )  # fmt: skip


def _notices(rng: random.Random, messages: int) -> Iterator[Made]:
    """Yield notices of programs: those from one template of one program belong together."""
    programs = max(3, messages // 40)
    for _ in range(messages):
        program = rng.randrange(programs)
        own = random.Random(program)
        frame = " ".join(own.sample(words.THINGS + words.VERBS + words.PLACES, 24))
        template, first = words.NOTICES[program % len(words.NOTICES)], rng.choice(words.FIRST)
        yield _made(
            rng, f"notice {program}", at=_moment(rng), first=first, text=f"{_fill(rng, template, first)} {frame}",
            subject=_fill(rng, f"[{' '.join(own.sample(words.THINGS, 2))}] number {{number}}", first),
            structure=_hash("notice", program), sender=f"robot@p{program}.example", ip=f"198.51.100.{program % 250}",
            paths=("/t/#",),
        )  # fmt: skip


def _business(rng: random.Random, number: int) -> Made:
    """Return a letter of one person to another; a third carry the disclaimer of their company."""
    first, company = rng.choice(words.FIRST), rng.randrange(400)
    sentences = (f"{rng.choice(words.BUSINESS)[:-1]} {rng.choice(words.TAILS)}." for _ in range(rng.randrange(1, 9)))
    text = " ".join(_fill(rng, sentence, first) for sentence in sentences)
    if company % 3 == 0:
        text += f" {words.DISCLAIMER}"
    thing, place = rng.choice(words.THINGS), rng.choice(words.PLACES)
    subject = rng.choice(
        [f"{thing} {place}", f"Re: {thing} for {place}", thing, f"{thing} and {rng.choice(words.THINGS)}"]
    )
    return _made(
        rng, f"letter {number}", at=_moment(rng), first=first, text=text, subject=subject,
        structure=_hash("outlook", number % 12), sender=f"{rng.choice(words.LAST).lower()}@company{company}.example",
        ip=f"192.0.2.{company % 250}", hosts=("linkedin.example",) if company % 5 == 0 else (),
        is_threat=rng.random() < 0.01,
    )  # fmt: skip
