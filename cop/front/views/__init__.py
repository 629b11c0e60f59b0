"""Views of `front`: pages, the country answer, and what machines read."""
