"""Addresses of `guidance`: guides, topics and the help finder. `own_language` holds those that an operator's language has too."""

from django.urls import path, re_path

from cop.guidance.views import guides, help

own_language = [
    path("guidance/", guides.guides),
    path("guidance/children/", guides.children),
    re_path(r"^guidance/children/(?P<name>[0-9]+-[0-9]+)/$", guides.guide),
    re_path(r"^guidance/children/(?P<name>[0-9]+-[0-9]+)/whole/$", guides.guide, {"whole": True}),
    re_path(r"^guidance/(?P<name>[a-z][a-z-]*)/$", guides.guide),
    re_path(r"^guidance/(?P<name>[a-z][a-z-]*)/whole/$", guides.guide, {"whole": True}),
    path("guidance/<str:audience>/<str:slug>/", guides.topic),
]
pages = [*own_language, path("help/", help.help_index), path("help/<str:code>/", help.help_area), path("help/<str:code>/card/", help.help_card)]
downloads = [
    re_path(r"^guidance\.(?P<form>csv|xlsx|json)$", guides.guidance_download),
    re_path(r"^help\.(?P<form>csv|xlsx|json)$", help.help_download),
    re_path(r"^help/(?P<code>[^/]+)\.(?P<form>csv|xlsx|json)$", help.help_download),
]
