"""Addresses of `hotline`."""

from django.urls import path

from cop.hotline.api import reports

machine = [
    path("api/v1/reports", reports.reports_view),
    path("api/v1/reports/challenge", reports.challenge_view),
    path("api/v1/reports/follow-up", reports.follow_up_view),
]
