"""Synthetic mail for load tests: varied, deterministic, and processed like any other mail."""

from gateway.synthetic.writing import SyntheticMail, synthetic_mail

__all__ = ["SyntheticMail", "synthetic_mail"]
