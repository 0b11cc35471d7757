"""Views of the policy pages."""
