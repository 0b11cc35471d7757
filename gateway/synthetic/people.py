"""Senders and recipients of synthetic mail."""

from dataclasses import dataclass
from functools import cache
from random import Random

GIVEN = (
    "Anna Bo Carmen Dmitri Elif Farid Greta Hiro Ines Jonas Kofi Lena Mateo Nadia Oskar Priya Quentin Rosa Stefan "
    "Tuva Uma Viktor Wanda Xenia Yusuf Zoe André Bérénice Çelik Đorđe Łucja Ñusta Søren Žofia 健一 小红 Юлия Γιώργος"
).split()
FAMILY = (
    "Abel Brandt Castro Dahl Engel Fofana Garcia Haas Ito Jansen Kaya Lund Moreau Novak Okafor Petrov Quist Rossi "
    "Sato Torres Ueda Varga Weber Xu Yilmaz Zeller Müller Ólafsson Peña Škoda 田中 王 Иванова Παπαδόπουλος"
).split()
DEPARTMENTS = ("sales", "finance", "hr", "it", "legal", "ops", "press", "research", "support", "travel")
PARTNERS = (
    "brightlane.example harbourworks.example kestrel-logistics.example lumenfield.example millrace.example "
    "northgate-bank.example orchard-foods.example pinecrest-hotels.example quarry-labs.example riverbend-law.example "
    "saltmarsh-travel.example tinderbox-media.example upland-energy.example vellum-press.example wayfarer-air.example"
).split()
ATTACKERS = (
    "account-verify.test billing-desk.test cheap-pills.test cloud-share.test courier-notice.test doc-secure.test "
    "fast-winner.test help-center.test lotto-office.test mail-quota.test parcel-track.test sign-portal.test"
).split()


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a display name and an address."""

    name: str
    address: str

    def __str__(self) -> str:
        return f'"{self.name}" <{self.address}>'


def _local(chance: Random, given: str, family: str) -> str:
    """Return an ASCII local part: `given.family`, or `user` and a random number if the name is not ASCII."""
    plain = f"{given}.{family}".lower()
    return plain if plain.isascii() else f"user{chance.randrange(10_000)}"


@cache
def colleague(number: int, domain: str) -> Person:
    """Return the person with this number at `domain`.

    The same number results in the same person.
    """
    chance = Random(f"colleague {number}")  # noqa: S311 - names, not secrets
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return Person(f"{given} {family}", f"{_local(chance, given, family)}{number}@{domain}")


def outsider(chance: Random, domains: tuple[str, ...] | list[str]) -> Person:
    """Return a random person with an address at one of `domains`."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return Person(f"{given} {family}", f"{_local(chance, given, family)}@{chance.choice(domains)}")
