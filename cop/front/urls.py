"""Addresses of `front`: `pages` stand under a language, `downloads` also without one, `root` alone."""

from django.urls import path, re_path

from cop.front.views import country, site_maps
from cop.front.views import pages as views

pages = [
    path("", views.home),
    path("countries/", views.countries),
    path("countries/<str:code>/", country.country),
    path("countries/<str:code>/facts/", country.country_with_facts),
    path("data/", views.data_catalogue),
    path("methods/", views.methods),
    path("about/", views.about),
    path("site-map/", site_maps.site_map),
]
downloads = [
    re_path(r"^countries/(?P<code>[^/]+)\.(?P<form>csv|xlsx|json)$", country.country_download),
    re_path(r"^countries/(?P<code>[^/]+)\.(?P<form>pdf)$", country.country_download),
    re_path(r"^countries/(?P<code>[^/]+)/facts\.xlsx$", country.facts_template),
    re_path(r"^countries\.(?P<form>csv|xlsx|json)$", views.countries_download),
    re_path(r"^data\.(?P<form>csv|xlsx|json)$", views.data_catalogue_download),
    re_path(r"^data/(?P<slug>[a-z0-9-]+)\.csv$", views.data_file),
    re_path(r"^methods\.(?P<form>csv|xlsx|json)$", views.methods_download),
]
root = [
    path("sitemap.xml", site_maps.sitemap_index),
    re_path(r"^sitemap-(?P<name>[a-z]+)\.xml$", site_maps.sitemap_part),
    path("robots.txt", site_maps.robots),
]
