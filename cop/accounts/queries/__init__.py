"""What is read of people and rights: frozen dataclasses."""
