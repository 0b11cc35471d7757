"""User management: invitations, roles, deactivation, sessions and password resets."""
