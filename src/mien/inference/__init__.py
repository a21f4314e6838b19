"""Models: where they come from, how they are run, what they are composed to."""
