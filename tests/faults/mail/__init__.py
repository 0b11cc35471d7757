"""Rounds of mail through the whole gateway, while its processes are killed and its next hops fail; `make faults`."""
