"""Codes that reports and other programs use, with their labels: kinds of concern, types of site, kinds of place.

Types of site carry the number that the exchange of hotlines gives them (ICCAM, as read in open hotline software of 2024).
"""

from __future__ import annotations

from cop.ground.core.door import mark

CONCERNS: dict[str, str] = {
    "abuse_material": mark("Pictures or videos of the sexual abuse of a child"),
    "grooming": mark("An adult who tries to win a child's trust for sexual ends"),
    "sextortion": mark("Threats to spread sexual pictures of a child"),
    "live_abuse": mark("Abuse that is shown live"),
    "travel": mark("Sexual exploitation of children in travel and tourism"),
    "own_picture": mark("A picture of myself, made when I was under 18"),
    "other": mark("Something else that harms a child"),
}
SITE_TYPES: dict[str, str] = {
    "website": mark("Website"),
    "file_host": mark("Place to store files"),
    "image_store": mark("Place to store pictures"),
    "image_board": mark("Picture board"),
    "forum": mark("Forum"),
    "social": mark("Social network"),
    "chat": mark("Chat or messenger"),
    "game": mark("Game"),
    "link_site": mark("Page of links"),
    "search": mark("Search engine"),
    "archive": mark("Web archive"),
    "blog": mark("Blog"),
    "onion": mark("Hidden service (onion)"),
    "unknown": mark("I don't know"),
}
# What an analyst may say of a site beyond what a reporter is asked.
DESK_SITE_TYPES: dict[str, str] = {
    **SITE_TYPES,
    "banner_site": mark("Page of banners"),
    "redirector": mark("Service that leads elsewhere"),
    "image_host": mark("Host of single pictures"),
    "web_page": mark("Single web page"),
    "none": mark("No site"),
}
# The second version of the exchange has 1 for undetermined and 23 for a web page; the third takes 2 for both.
EXCHANGE_NUMBERS: dict[str, int] = {
    "unknown": 1, "website": 2, "file_host": 3, "image_store": 4, "image_board": 5, "forum": 6, "banner_site": 7, "link_site": 8,
    "social": 9, "redirector": 10, "archive": 11, "search": 18, "image_host": 20, "blog": 22, "web_page": 23, "none": 24,
}  # fmt: skip
PLACES: dict[str, str] = {
    "site": mark("Site"),
    "app": mark("App"),
    "chat": mark("Chat"),
    "game": mark("Game"),
    "phone": mark("Phone"),
    "other": mark("Another place"),
}
STATES: dict[str, str] = {
    "received": mark("Received, and not read yet"),
    "in_work": mark("Being looked at"),
    "closed": mark("Closed"),
}
