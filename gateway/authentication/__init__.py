"""Checks who sent a message: SPF, DKIM, ARC and DMARC, over one resolver."""
