"""Read and return dataclasses."""
