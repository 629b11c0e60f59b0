"""Pages of `observatory`: what is held about countries, survey rounds, releases."""
