"""One verb each: what changes rows of the hotline."""
