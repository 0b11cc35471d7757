"""Single sign-on by OpenID Connect, with groups of the provider mapped to roles."""
