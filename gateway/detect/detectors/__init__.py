"""The detectors, one module for each kind of evidence.

A detector takes an Evidence and yields findings.
"""
