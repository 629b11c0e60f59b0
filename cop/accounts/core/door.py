"""The Django-free door of `accounts`."""
