"""Samples that are built in code: what carries files, what is broken, what is very large."""

from gateway.samples.built.registry import BUILT

__all__ = ["BUILT"]
