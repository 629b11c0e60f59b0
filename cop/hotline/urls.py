"""Addresses of `hotline`."""

from django.urls import path

from cop.hotline.api import reports
from cop.hotline.views import notice, report

pages = [
    path("report/", report.report_page),
    path("report/receipt/", report.receipt_page),
    path("report/follow-up/", report.follow_up_page),
    path("report/done/", report.done_page),
    path("report/own-picture/", report.own_picture_page),
    path("notice/", notice.notice_page),
]
root = [path("static/report.<str:digest>.js", report.script_view)]
machine = [
    path("api/v1/reports", reports.reports_view),
    path("api/v1/openapi.json", reports.openapi_view),
    path("api/v1/reports/challenge", reports.challenge_view),
    path("api/v1/reports/follow-up", reports.follow_up_view),
]
