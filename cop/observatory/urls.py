"""Addresses of `observatory`."""

from django.urls import path, re_path

from cop.observatory.views import desk_releases, figures, profiles, releases

ID = r"(?P<id>[A-Za-z0-9_-]{1,60}\.[0-9]{1,4})"

pages = [
    path("map/", figures.map_page),
    path("targets/", figures.targets_page),
    path("indicators/", figures.indicators_page),
    path("indicators/<path:code>/", figures.indicator_page),
    path("releases/", releases.releases_page),
    re_path(rf"^releases/{ID}/$", releases.release_page),
    re_path(rf"^releases/{ID}/difference/$", releases.difference_page),
    path("profiles/<str:code>/", profiles.profile_page),
    path("compare/", profiles.compare_page),
    path("regions/", profiles.regions_page),
    path("regions/<str:key>/", profiles.region_page),
]
downloads = [
    re_path(r"^map\.(?P<form>csv|xlsx|json)$", figures.map_download),
    re_path(r"^targets\.(?P<form>csv|xlsx|json)$", figures.targets_download),
    re_path(r"^indicators\.(?P<form>csv|xlsx|json)$", figures.indicators_download),
    re_path(r"^indicators/(?P<code>.+)\.(?P<form>csv|xlsx|json)$", figures.indicator_download),
    re_path(r"^releases\.(?P<form>csv|xlsx|json)$", releases.releases_download),
    re_path(rf"^releases/{ID}\.(?P<form>csv|xlsx|json)$", releases.release_download),
    re_path(rf"^releases/{ID}/(?P<table>method|groups)\.(?P<form>csv|xlsx|json)$", releases.release_table),
    re_path(rf"^releases/{ID}/difference\.(?P<form>csv|xlsx|json)$", releases.difference_download),
    re_path(rf"^releases/{ID}/package\.zip$", releases.release_package),
    re_path(r"^profiles/(?P<code>[^/]+)/pillars\.(?P<form>svg|png)$", profiles.profile_chart),
    re_path(r"^profiles/(?P<code>[^/]+)\.(?P<form>csv|xlsx|json|pdf)$", profiles.profile_download),
    re_path(r"^compare\.(?P<form>csv|xlsx|json)$", profiles.compare_download),
    re_path(r"^regions/(?P<key>[^/]+)\.(?P<form>csv|xlsx|json)$", profiles.region_download),
]
desk = [
    path("desk/rounds/<slug:round_id>/<str:code>/preview/", desk_releases.preview),
    path("desk/rounds/<slug:round_id>/releases/", desk_releases.round_releases),
]
