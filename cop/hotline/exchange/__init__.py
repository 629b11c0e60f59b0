"""Keys in files."""
