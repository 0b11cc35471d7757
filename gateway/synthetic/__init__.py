"""Synthetic mail, for trying Gatehouse at scale: varied, deterministic, and taken in like any other mail."""

from gateway.synthetic.writing import SyntheticMail, synthetic_mail

__all__ = ["SyntheticMail", "synthetic_mail"]
