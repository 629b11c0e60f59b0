"""The part of the impact assessment that is the same for every operator: what this program processes, risks, and its measures.

An operator's own assessment names the rest: people, places, contracts, and risks outside this program (S-28).
"""

from __future__ import annotations

from cop.ground.core.door import mark

CLASSES: dict[str, str] = {
    "report": mark("Reports"),
    "message": mark("Messages"),
    "case": mark("Cases"),
    "notice": mark("Notices"),
    "referral": mark("Referrals to the police"),
}
# What is processed, the risk to people, and the measure of this program.
IMPACT: tuple[tuple[str, str, str], ...] = (
    (
        mark("Words of reporters, and their contact where they give it"),
        mark("Somebody learns who reported, or a child is made known"),
        mark("Reports need no name, are sealed as they come in, and open with two keys of the team; no network address is stored"),
    ),
    (
        mark("Addresses of material, and suspects named in words"),
        mark("A list of addresses gets out, or somebody is accused wrongly"),
        mark("Addresses lie sealed and masked, and are revealed one at a time; two people agree on what is illegal"),
    ),
    (
        mark("A sign that a child is in danger"),
        mark("Nobody acts in time"),
        mark("It comes first in every queue; the duty desk is told by a tested way; an alarm rings after five minutes"),
    ),
    (
        mark("Work of analysts: who did what, and minutes of looking"),
        mark("Harm to those who look; ranking of people"),
        mark("Daily and weekly caps, breaks, pseudonyms in the audit trail, no ranking"),
    ),
    (
        mark("Notices to hosts and referrals to the police"),
        mark("They go to the wrong place, or say too much"),
        mark("Contacts are approved first; fields are whitelisted; bodies lie sealed until they are sent"),
    ),
    (
        mark("Backups and logs"),
        mark("What was deleted lives on"),
        mark("Keys are in no backup; without its month's key no copy of a report opens"),
    ),
)
