"""Letters of three kinds, each with words of its own choice, for the tests of learning."""

import random

from tests.gateway.mails import mail

_PARTS = {
    "phishing": (
        ["badge", "locker", "canteen", "parking", "turnstile", "keycard", "cloakroom", "shuttle"],
        ["renew", "collect", "choose", "sign for", "return"],
        "The {0} for your {1} is waiting. Please {2} it and the {1} on https://{3}.example/{4} before noon.",
    ),
    "spam": (
        ["discount", "backlinks", "gadget", "supplement", "leads", "ranking", "replica", "traffic"],
        ["boost", "grab", "claim", "order", "double"],
        "{2} now! The best {0} and {1} of this season at half price. {2} here: https://{3}.example/{4}",
    ),
    "ham": (
        ["minutes", "quarter", "kitchen", "lunch", "draft", "visit", "printer", "rota"],
        ["send", "bring", "look at", "move", "finish"],
        "Hi Bo, could you {2} the {0} for the {1} before Thursday? Ann is away until then. Thanks, {3}",
    ),
}


def letter(kind: str, number: int) -> bytes:
    """Return the nth letter of a kind: phishing, spam or ham. No two have the same words."""
    chosen = random.Random(f"{kind} {number}")
    things, verbs, text = _PARTS[kind]
    first, second = chosen.sample(things, 2)
    name = "".join(chosen.choices("abcdefghijklmnoprstuvw", k=7))
    body = text.format(first, second, chosen.choice(verbs), name, chosen.randrange(10_000))
    return mail(
        subject=f"{second} {chosen.choice(verbs)}",
        sender=f"{name.title()} <{name}@{name[::-1]}.example>",
        body=f"{body}\n{' '.join(chosen.choices(things, k=6))}",
        message_id=f"<{kind}-{number}@written.example>",
    )
