"""Addresses of `observatory`."""

from django.urls import path, re_path

from cop.observatory import views
from cop.observatory.api import sdmx

pages = [
    path("map/", views.map_page),
    path("targets/", views.targets_page),
    path("indicators/", views.indicators_page),
    path("indicators/<path:code>/", views.indicator_page),
]
downloads = [
    re_path(r"^map\.(?P<form>csv|xlsx|json)$", views.map_download),
    re_path(r"^targets\.(?P<form>csv|xlsx|json)$", views.targets_download),
    re_path(r"^indicators\.(?P<form>csv|xlsx|json)$", views.indicators_download),
    re_path(r"^indicators/(?P<code>.+)\.(?P<form>csv|xlsx|json)$", views.indicator_download),
]
machine = [
    re_path(r"^sdmx/v2/(?P<rest>[\s\S]*)$", sdmx.newer_view),
    re_path(r"^sdmx/v1/(?P<rest>[\s\S]*)$", sdmx.older_view),
]
