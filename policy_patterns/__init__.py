"""How patterns of policies are read: one reading for the console, which tries them out, and the gateway."""
