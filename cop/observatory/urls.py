"""Addresses of `observatory`."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path, re_path

from cop.observatory.api import sdmx
from cop.observatory.views import (
    answers,
    desk_releases,
    exchanges,
    figures,
    files,
    profiles,
    public_rounds,
    questionnaires,
    releases,
    replies,
    responses,
    rounds,
    signing,
    workbooks,
)

ID = r"(?P<id>[A-Za-z0-9_-]{1,60}\.[0-9]{1,4})"

pages = [
    path("map/", figures.map_page),
    path("targets/", figures.targets_page),
    path("indicators/", figures.indicators_page),
    path("rounds/", public_rounds.rounds_page),
    path("rounds/<slug:round_id>/", public_rounds.round_page),
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
    re_path(r"^rounds/(?P<round_id>[A-Za-z0-9_-]{1,40})/questionnaire\.(?P<form>docx|pdf|xlsx)$", public_rounds.questionnaire_file),
    re_path(r"^compare\.(?P<form>csv|xlsx|json)$", profiles.compare_download),
    re_path(r"^regions/(?P<key>[^/]+)\.(?P<form>csv|xlsx|json)$", profiles.region_download),
]
# Only the form of a section runs a script, which saves what is written.
scripted = csp_update({"script-src": [SELF], "connect-src": [SELF]})

answer = [
    path("", answers.answer_page),
    path("evidence/", exchanges.evidence_view),
    path("evidence/<int:evidence_id>/withdraw/", exchanges.withdraw_view),
    path("thread/", exchanges.thread_view),
    path("waiting/<int:pending_id>/", answers.settle_view),
]
response = [
    path("", responses.response_page),
    path("invite/", responses.invite_page),
    path("people/", responses.people_page),
    path("sections/<slug:section>/", scripted(answers.section_page)),
    path("sections/<slug:section>/save/", answers.autosave),
    path("sections/<slug:section>/lock/", answers.lock_view),
    path("answers/<slug:question_id>/", include(answer)),
    path("files/<str:sha256>/", exchanges.file_view),
    path("sign/", signing.sign_page),
    path("signatures/<int:number>.pdf", signing.signed_pdf),
    path("signatures/<int:number>.json", signing.signed_json),
    path("workbook/", workbooks.workbook_page),
    path("workbook.xlsx", workbooks.workbook_file),
    path("reply/", replies.reply_page),
]
desk = [
    path("static/rounds.<str:digest>.css", files.asset_view, {"name": "rounds.css"}),
    path("static/answers.<str:digest>.js", files.asset_view, {"name": "answers.js"}),
    path("desk/questionnaires/", questionnaires.questionnaires_view),
    re_path(r"^desk/questionnaires\.(?P<form>csv|xlsx|json)$", questionnaires.questionnaires_download),
    re_path(r"^desk/questionnaires/(?P<number>[0-9]{1,9})/$", questionnaires.questionnaire_view),
    re_path(r"^desk/questionnaires/(?P<number>[0-9]{1,9})/from-(?P<earlier>[0-9]{1,9})\.csv$", questionnaires.map_file),
    re_path(r"^desk/questionnaires/(?P<number>[0-9]{1,9})/questionnaire\.(?P<form>xlsx|json)$", questionnaires.whole_file),
    re_path(
        r"^desk/questionnaires/(?P<number>[0-9]{1,9})/(?P<code>[a-z-]{2,10})\.(?P<form>docx|pdf)$", questionnaires.printed_file
    ),
    path("desk/rounds/", rounds.rounds_view),
    path("desk/rounds/new/", rounds.new_round),
    path("desk/rounds/<slug:round_id>/", rounds.board_view),
    re_path(r"^desk/rounds/(?P<round_id>[a-z0-9-]+)/board\.(?P<form>csv|xlsx|json)$", rounds.board_download),
    path("desk/rounds/<slug:round_id>/settings/", rounds.settings_view),
    path("desk/rounds/<slug:round_id>/review/", rounds.review_view),
    path("desk/rounds/<slug:round_id>/<str:code>/preview/", desk_releases.preview),
    path("desk/rounds/<slug:round_id>/releases/", desk_releases.round_releases),
    re_path(r"^desk/rounds/(?P<round_id>[a-z0-9-]+)/(?P<iso3>[A-Z]{3})/", include(response)),
]
machine = [
    re_path(r"^sdmx/v2/(?P<rest>[\s\S]*)$", sdmx.newer_view),
    re_path(r"^sdmx/v1/(?P<rest>[\s\S]*)$", sdmx.older_view),
]
