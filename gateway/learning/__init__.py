"""Learning from the team's decisions: a linear model over what a message says and how it is built."""
