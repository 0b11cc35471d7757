"""How a protected domain stands: what is wrong with it, and the record that mends it."""
