"""What reads rounds: frozen dataclasses, never rows."""
