"""What the observatory keeps in the database: rounds with their answers, and releases."""
