"""Addresses of `guidance`: for now the help finder."""

from django.urls import path, re_path

from cop.guidance import views

pages = [path("help/", views.help_index), path("help/<str:code>/", views.help_area)]
downloads = [
    re_path(r"^help\.(?P<form>csv|xlsx|json)$", views.help_download),
    re_path(r"^help/(?P<code>[^/]+)\.(?P<form>csv|xlsx|json)$", views.help_download),
]
