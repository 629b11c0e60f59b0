"""The Django-free door of `hotline`: other rooms import from here and from nowhere deeper."""

from cop.hotline.core.codes import CONCERNS, PLACES, SITE_TYPES, STATES

__all__ = ["CONCERNS", "PLACES", "SITE_TYPES", "STATES"]
