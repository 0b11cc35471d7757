"""Mail at a steady rate through a whole stack, and through Postfix alone."""
