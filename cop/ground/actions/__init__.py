"""One verb each: what changes rows of ground."""
