"""What ground answers from its rows, as frozen dataclasses."""
