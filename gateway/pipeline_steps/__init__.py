"""The steps that a message passes, from raw bytes to delivery. `gateway.pipeline` has their order."""
