"""Tables of the hotline."""

from cop.hotline.models.opening import Opening
from cop.hotline.models.reports import Message, Report
from cop.hotline.models.rings import Member, MemberKey, TeamKey

__all__ = ["Member", "MemberKey", "Message", "Opening", "Report", "TeamKey"]
