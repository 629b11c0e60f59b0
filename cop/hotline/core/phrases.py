"""What the hotline says to reporters: approved phrases, of which a person chooses one (S-12). Rules: PHRASE-nn in docs/hotline.md.

Each is written so that somebody of 13 and somebody of 60 can read it. None asks for a name, a school, a place or a picture, and
none holds a number or an address: those stand on the pages of help, where they are kept right.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cop.ground.core.door import Sentence, mark


@dataclass(frozen=True)
class Phrase:
    """One approved phrase; `text` is in English and marked for translation.

    `for_child`: it may go to somebody who may be a child. `hands_over`: it leads to people who listen and help.
    """

    code: str
    text: str
    for_child: bool = True
    hands_over: bool = False


_ALL = (
    Phrase(
        "received",
        mark(
            "Thank you for telling us. Your report is here, and we are looking at it. If you want to talk to somebody,"
            " the help page of this site lists people who listen."
        ),
        hands_over=True,
    ),
    Phrase(
        "danger",
        mark(
            "Is somebody in danger right now? Then please don't wait for us. Call the police or your local emergency"
            " number, or tell an adult you trust. The help page of this site also lists people who listen."
        ),
        hands_over=True,
    ),
    Phrase(
        "helpline",
        mark(
            "You don't have to carry this alone. The help page of this site lists people who listen to children and to"
            " adults. They know what to do next. You can call or write to them today."
        ),
        hands_over=True,
    ),
    Phrase(
        "no_counselling",
        mark(
            "We are sorry that this is happening to you. We work on getting bad things taken down, so we are not the"
            " right people to talk it through with. There are people who do just that, and do it well. You find them on"
            " the help page of this site."
        ),
        hands_over=True,
    ),
    Phrase(
        "own_picture",
        mark(
            "If this is about a picture of you: it is not your fault. Please don't send it to us or to anybody else."
            " There are services that help to get such pictures taken down. Our page about pictures of yourself leads"
            " to them, and to people who listen."
        ),
        hands_over=True,
    ),
    Phrase(
        "dont_look",
        mark(
            "Please don't look at it again. Don't save it, copy it or pass it on, not even to show it to us. You don't"
            " have to prove anything."
        ),
    ),
    Phrase("in_work", mark("We are still working on your report. It can take some time. There is nothing you need to do now.")),
    Phrase(
        "not_found",
        mark(
            "We looked, and we could not find it where you saw it. It may be gone already. It was right to tell us."
            " Please don't look for it yourself."
        ),
    ),
    Phrase(
        "need_address",
        mark(
            "We could not find it yet. If you still have the exact address, please add it below. Please don't search"
            " for it, and don't open it again. If you don't have it, that is all right."
        ),
        for_child=False,
    ),
    Phrase(
        "notice_sent",
        mark(
            "We have asked the company behind the site to take it down. This can take some days, and we keep checking."
            " There is nothing you need to do."
        ),
    ),
    Phrase(
        "to_partner",
        mark("The site is run from another country. We have told our partners there. They can act where we can't."),
    ),
    Phrase(
        "to_police",
        mark(
            "We have passed your report to the police. They know how to deal with this. Your contact goes to them only"
            " if you said yes to that. They may not tell us what they do next, so we may have no more news for you."
        ),
    ),
    Phrase(
        "passed_to_partner",
        mark(
            "We pass your report on to our partner hotline. It looks into such reports; we don't. Your contact goes to it only if"
            " you said yes to that. If you want to add something, write it below; it goes there, too. If you want to talk to"
            " somebody, the help page of this site lists people who listen."
        ),
        hands_over=True,
    ),
    Phrase(
        "passed_to_police",
        mark(
            "We pass your report on to the police. They know how to deal with this. Your contact goes to them only if you said yes"
            " to that. If you want to add something, write it below; it goes there, too. If you want to talk to somebody, the help"
            " page of this site lists people who listen."
        ),
        hands_over=True,
    ),
    Phrase(
        "removed",
        mark(
            "What you told us about is gone from that site. It may still be somewhere else, so we can't promise that"
            " it is gone for good. If you happen to see it again, tell us, but please don't go looking. Thank you: you"
            " helped."
        ),
    ),
    Phrase(
        "duplicate",
        mark("Somebody told us about this before, and we are working on it already. Your report still helps. Thank you."),
    ),
    Phrase(
        "not_illegal",
        mark(
            "We looked at this with care. The law of this country does not let us get it taken down. That does not"
            " mean that it is all right. You can still report it to the site or the app itself. The help page of this"
            " site lists people who can tell you what else you can do."
        ),
        hands_over=True,
    ),
    Phrase(
        "out_of_scope",
        mark(
            "We read your report with care. Another service is there for this, and it can do more than we can. You"
            " find it on the help page of this site."
        ),
        hands_over=True,
    ),
    Phrase(
        "closed",
        mark(
            "We have finished our work on your report. Thank you for telling us; that takes courage. If something new"
            " happens, you can make a new report."
        ),
    ),
)
PHRASES: dict[str, Phrase] = {phrase.code: phrase for phrase in _ALL}


class NotApproved(ValueError):
    """A phrase that may not be sent; the message says why, and names the rule."""


def phrases_for(*, may_be_child: bool, sent: Collection[str] = ()) -> tuple[Phrase, ...]:
    """The phrases that may be sent now, after those with the codes in `sent`.

    Somebody who may be a child gets phrases meant for a child, and first one that leads to people who help (PHRASE-03, PHRASE-04).
    """
    if not may_be_child:
        return _ALL
    handed_over = any(code in PHRASES and PHRASES[code].hands_over for code in sent)
    return tuple(phrase for phrase in _ALL if phrase.for_child and (handed_over or phrase.hands_over))


def approved(code: str, *, may_be_child: bool, sent: Collection[str] = ()) -> Phrase:
    """The phrase of that code, where it may be sent now. Raises NotApproved."""
    if code not in PHRASES:
        raise NotApproved(Sentence("no phrase has the code %(code)s (PHRASE-01)", code=code))
    if PHRASES[code] not in phrases_for(may_be_child=may_be_child, sent=sent):
        if not PHRASES[code].for_child:
            raise NotApproved(mark("this is not for somebody who may be a child (PHRASE-03)"))
        raise NotApproved(mark("first send a phrase that leads to people who listen and help (PHRASE-04)"))
    return PHRASES[code]
