"""Tables of the hotline."""

from cop.hotline.models.cases import Case, CaseAddress, CaseEvent, Draft, Exposure, Item, Skip, Station
from cop.hotline.models.duty import DutyAlarm, DutyMessage
from cop.hotline.models.figures import PublishedYear
from cop.hotline.models.notices import Contact, Escalation, Notice, NoticeLine
from cop.hotline.models.opening import Opening
from cop.hotline.models.reports import Message, Report
from cop.hotline.models.retention import Erasure, Hold
from cop.hotline.models.rings import Member, MemberKey, TeamKey
from cop.hotline.models.schemes import LoadedScheme
from cop.hotline.models.traces import Trace

__all__ = [
    "Case", "CaseAddress", "CaseEvent", "Contact", "Draft", "DutyAlarm", "DutyMessage", "Erasure", "Escalation", "Exposure",
    "Hold", "Item", "LoadedScheme", "Member", "MemberKey", "Message", "Notice", "NoticeLine", "Opening", "PublishedYear",
    "Report", "Skip", "Station", "TeamKey", "Trace",
]  # fmt: skip
