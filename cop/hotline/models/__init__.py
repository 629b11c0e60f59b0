"""Tables of the hotline."""

from cop.hotline.models.cases import Case, CaseAddress, CaseEvent, Draft, Exposure, Item, Skip, Station
from cop.hotline.models.duty import DutyAlarm, DutyMessage
from cop.hotline.models.opening import Opening
from cop.hotline.models.reports import Message, Report
from cop.hotline.models.rings import Member, MemberKey, TeamKey

__all__ = [
    "Case", "CaseAddress", "CaseEvent", "Draft", "DutyAlarm", "DutyMessage", "Exposure", "Item", "Member", "MemberKey", "Message",
    "Opening", "Report", "Skip", "Station", "TeamKey",
]  # fmt: skip
