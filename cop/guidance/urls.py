"""Addresses of `guidance`: guides, topics and the help finder. `own_language` holds those that an operator's language has too."""

from django.urls import path, re_path

from cop.guidance.views import guides, help, keep, take_away

own_language = [
    re_path(r"^guidance/(?P<name>[a-z0-9-]+)\.atom$", take_away.feed),
    re_path(r"^guidance/(?P<name>[a-z0-9-]+)\.png$", take_away.share_picture),
    re_path(r"^guidance/children/(?P<name>[0-9]+-[0-9]+)\.(?P<form>pdf|html|epub)$", take_away.copy_of),
    re_path(r"^guidance/(?P<name>[a-z][a-z-]*)\.(?P<form>pdf|html|epub)$", take_away.copy_of),
    re_path(r"^guidance\.(?P<form>zip|epub)$", take_away.copy_of),
    path("guidance/<str:audience>/<str:slug>/poster.pdf", take_away.poster),
    path("guidance/<str:audience>/<str:slug>/sheet.pdf", take_away.sheet),
    path("guidance/", guides.guides),
    path("guidance/children/", guides.children),
    re_path(r"^guidance/children/(?P<name>[0-9]+-[0-9]+)/$", guides.guide),
    re_path(r"^guidance/children/(?P<name>[0-9]+-[0-9]+)/whole/$", guides.guide, {"whole": True}),
    re_path(r"^guidance/(?P<name>[a-z][a-z-]*)/$", guides.guide),
    re_path(r"^guidance/(?P<name>[a-z][a-z-]*)/whole/$", guides.guide, {"whole": True}),
    path("guidance/<str:audience>/<str:slug>/", guides.topic),
]
pages = [
    *own_language,
    path("help/", help.help_index),
    path("help/keep/", keep.help_keep),
    path("help/kept/", keep.help_kept),
    path("help/kept/delete/", keep.help_delete),
    path("help/<str:code>/", help.help_area),
    path("help/<str:code>/card/", help.help_card),
]
root = [path("help-worker.js", keep.worker), path("static/keep.<str:digest>.js", keep.keep_script)]
downloads = [
    re_path(r"^guidance\.(?P<form>csv|xlsx|json)$", guides.guidance_download),
    re_path(r"^help\.(?P<form>csv|xlsx|json)$", help.help_download),
    re_path(r"^help/(?P<code>[^/]+)\.(?P<form>csv|xlsx|json)$", help.help_download),
]
