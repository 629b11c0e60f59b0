"""How passwords are hashed."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 32 MiB, three passes and one lane: four sign-ins at once stay small on a cheap machine."""

    time_cost = 3
    memory_cost = 32 * 1024
    parallelism = 1
