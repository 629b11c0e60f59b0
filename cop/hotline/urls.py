"""Addresses of `hotline`."""

from django.urls import path, re_path, register_converter

from cop.hotline.api import reports
from cop.hotline.views import (
    cases,
    duty,
    exposure,
    figures,
    golive,
    notice,
    notices,
    passing_on,
    report,
    retention,
    schemes,
    unlocking,
)


class CaseNumber:
    """A case number in an address: one to fifteen digits, so that it fits every column."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(CaseNumber, "case")

pages = [
    path("report/", report.report_page),
    path("report/receipt/", report.receipt_page),
    path("report/follow-up/", report.follow_up_page),
    path("report/done/", report.done_page),
    path("report/help/", report.own_picture_page),
    path("report/own-picture/", report.old_help_page),
    path("report/figures/", figures.figures_page),
    path("report/figures/<str:year>/", figures.figures_page),
    path("notice/", notice.notice_page),
]
downloads = [re_path(r"^report/figures/(?P<year>[^/.]{1,40})\.(?P<form>csv|xlsx|json|pdf)$", figures.figures_download)]
root = [path("static/report.<str:digest>.js", report.script_view)]
machine = [
    path("api/v1/reports", reports.reports_view),
    path("api/v1/openapi.json", reports.openapi_view),
    path("api/v1/reports/challenge", reports.challenge_view),
    path("api/v1/reports/follow-up", reports.follow_up_view),
]
desk = [
    path("desk/hotline/", cases.front_page),
    path("desk/hotline/unlock/", unlocking.unlock_page),
    path("desk/hotline/team/", unlocking.team_page),
    path("desk/hotline/cases/", cases.cases_page),
    re_path(r"^desk/hotline/cases\.(?P<form>csv|xlsx|json)$", cases.cases_download),
    path("desk/hotline/cases/<case:number>/", cases.case_page),
    path("desk/hotline/cases/<case:number>/reveal/", exposure.reveal_view),
    path("desk/hotline/cases/<case:number>/notices/", notices.case_notices_page),
    path("desk/hotline/notices/", notices.notices_page),
    path("desk/hotline/contacts/", notices.contacts_page),
    path("desk/hotline/pass-on/", passing_on.pass_on_page),
    path("desk/hotline/messages/", cases.messages_page),
    path("desk/hotline/danger/", duty.danger_page),
    path("desk/hotline/duty/", duty.duty_page),
    path("desk/hotline/acknowledge/<str:code>/", duty.acknowledge_page),
    path("desk/hotline/go-live/", golive.go_live_page),
    path("desk/hotline/figures/", figures.desk_figures_page),
    path("desk/hotline/figures/<str:year>/", figures.desk_figures_page),
    re_path(r"^desk/hotline/figures/(?P<year>[^/.]{1,40})\.(?P<form>csv|xlsx|json)$", figures.desk_figures_download),
    path("desk/hotline/terms/", retention.terms_page),
    re_path(r"^desk/hotline/terms\.(?P<form>csv|xlsx|json)$", retention.terms_download),
    path("desk/hotline/classification/", schemes.schemes_page),
    path("desk/hotline/care/", exposure.care_page),
    path("desk/hotline/stations/", exposure.stations_page),
]
