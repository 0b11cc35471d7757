"""Second factors: apps that show codes, passkeys and recovery codes, by allauth."""
