"""Addresses of `observatory`."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path, re_path

from cop.observatory.views import answers, exchanges, figures, files, public_rounds, replies, responses, rounds, signing, workbooks

pages = [
    path("map/", figures.map_page),
    path("targets/", figures.targets_page),
    path("indicators/", figures.indicators_page),
    path("rounds/", public_rounds.rounds_page),
    path("rounds/<slug:round_id>/", public_rounds.round_page),
    path("indicators/<path:code>/", figures.indicator_page),
]
downloads = [
    re_path(r"^map\.(?P<form>csv|xlsx|json)$", figures.map_download),
    re_path(r"^targets\.(?P<form>csv|xlsx|json)$", figures.targets_download),
    re_path(r"^indicators\.(?P<form>csv|xlsx|json)$", figures.indicators_download),
    re_path(r"^indicators/(?P<code>.+)\.(?P<form>csv|xlsx|json)$", figures.indicator_download),
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
    path("desk/rounds/", rounds.rounds_view),
    path("desk/rounds/new/", rounds.new_round),
    path("desk/rounds/<slug:round_id>/", rounds.board_view),
    re_path(r"^desk/rounds/(?P<round_id>[a-z0-9-]+)/board\.(?P<form>csv|xlsx|json)$", rounds.board_download),
    path("desk/rounds/<slug:round_id>/settings/", rounds.settings_view),
    path("desk/rounds/<slug:round_id>/review/", rounds.review_view),
    re_path(r"^desk/rounds/(?P<round_id>[a-z0-9-]+)/(?P<iso3>[A-Z]{3})/", include(response)),
]
