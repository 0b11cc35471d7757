"""What is known of file types, for the console and the gateway alike; it imports nothing of either."""
