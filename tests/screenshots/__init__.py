"""Pictures for the documentation, taken of a stack with the sample mail: `make screenshots`."""
