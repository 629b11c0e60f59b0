"""Addresses of `observatory`."""

from django.urls import path, re_path

from cop.observatory.views import figures

pages = [
    path("map/", figures.map_page),
    path("targets/", figures.targets_page),
    path("indicators/", figures.indicators_page),
    path("indicators/<path:code>/", figures.indicator_page),
]
downloads = [
    re_path(r"^map\.(?P<form>csv|xlsx|json)$", figures.map_download),
    re_path(r"^targets\.(?P<form>csv|xlsx|json)$", figures.targets_download),
    re_path(r"^indicators\.(?P<form>csv|xlsx|json)$", figures.indicators_download),
    re_path(r"^indicators/(?P<code>.+)\.(?P<form>csv|xlsx|json)$", figures.indicator_download),
]
