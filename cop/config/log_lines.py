"""What a log line may not hold: keys that stand in addresses."""

from __future__ import annotations

import logging
import re

_KEYS = re.compile(r"(/desk/accounts/(?:invitation|demonstration|password/reset/key)/)[^/\s?#\"']+")


class WithoutKeys(logging.Filter):
    """Takes keys of invitations, demonstrations and new passwords out of the addresses that a line names."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        bare = _KEYS.sub(r"\1...", text)
        if bare != text:
            record.msg, record.args = bare, ()
        return True
