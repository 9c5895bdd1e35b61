"""Every address × everybody × method: who gets a page, who is sent to sign in, refused (403) or told nothing (404).

An address that is missing from the table fails. A POST here is empty: a form that comes back says 200, an action
that was done or refused with a sentence says 302. `login` is a redirect to the sign-in page.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from pluspunt.tests.answers import missing_headers
from pluspunt.tests.test_consistency import own_patterns

EVERYBODY = ("nobody", "coach", "other_coach", "coordinator", "management", "administrator")


@dataclass(frozen=True)
class Row:
    """What each of `EVERYBODY` gets for a GET and for a POST; `world` names what the address needs."""

    get: str
    post: str
    world: tuple[str, ...] = ()


COORDINATOR = "login 403 403 200 403 403"
COORDINATOR_ACTS = "login 403 403 302 403 403"
CARE = "login 200 200 200 403 403"
PARTNERS = "login 200 200 200 200 403"
OF_COACH = "login 200 404 200 403 403"
COACH_ACTS = "login 302 404 302 403 403"
MANAGEMENT = "login 403 403 403 200 403"
MANAGEMENT_ACTS = "login 403 403 403 302 403"
FIGURES = "login 403 403 200 200 403"
PROOFS = "login 403 403 200 403 200"
ADMINISTRATOR = "login 403 403 403 403 200"
EVERYBODY_SIGNED_IN = "login 200 200 200 200 200"
PRIVACY = "login 403 403 200 403 200"
ONLY_GET = "login 405 405 405 405 405"

REGISTER = ("workshop_id", "day", "part")
SLOT = ("workshop_id", "day", "part")

TABLE: dict[str, Row] = {
    "home": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "offline": Row("200 200 200 200 200 200", "405 405 405 405 405 405"),
    "service_worker": Row("200 200 200 200 200 200", "405 405 405 405 405 405"),
    "health": Row("200 200 200 200 200 200", "200 200 200 200 200 200"),
    # Nothing runs beside the tests: the worker is away.
    "health_all": Row("503 503 503 503 503 503", "405 405 405 405 405 405"),
    "health_detail": Row(ADMINISTRATOR, ONLY_GET),
    # privacy: keeping and erasing
    "retention_list": Row(COORDINATOR, ONLY_GET),
    "retention_postpone": Row(COORDINATOR, COORDINATOR, ("pk:notice",)),
    "erasure_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "erasure_list": Row(PROOFS, ONLY_GET),
    "erasure_detail": Row(PROOFS, ONLY_GET, ("number:proof",)),
    "erasure_proof_pdf": Row(PROOFS, ONLY_GET, ("number:proof",)),
    # from anywhere
    "search": Row(PARTNERS, ONLY_GET),
    "search_hidden": Row(ONLY_GET, "login 404 404 404 404 403"),
    # workshops: registers
    "session_day": Row(CARE, ONLY_GET),
    "register_detail": Row(OF_COACH, ONLY_GET, REGISTER),
    "attendance_mark": Row(ONLY_GET, COACH_ACTS, (*REGISTER, "key")),
    "register_rows": Row(OF_COACH, ONLY_GET, REGISTER),
    "register_find": Row("login 302 404 302 403 403", ONLY_GET, ("pk:session",)),
    "marks_receive": Row("405 405 405 405 405 405", "400 400 400 400 400 400"),
    "attendance_undo_all": Row(ONLY_GET, COACH_ACTS, REGISTER),
    "attendance_mark_all": Row(ONLY_GET, COACH_ACTS, REGISTER),
    "visitor_add": Row(OF_COACH, COACH_ACTS, REGISTER),
    "house_day": Row(CARE, ONLY_GET),
    "stand_in_add": Row(ONLY_GET, "login 302 302 403 403 403", REGISTER),
    "register_board": Row(CARE, ONLY_GET),
    "call_list": Row(CARE, ONLY_GET),
    "call_add": Row(ONLY_GET, COACH_ACTS, ("pk:attendance",)),
    "walk_in_list": Row(COORDINATOR, ONLY_GET),
    "walk_in_settle": Row(ONLY_GET, COORDINATOR_ACTS, ("pk:walk_in",)),
    "head_count_set": Row(ONLY_GET, COACH_ACTS, REGISTER),
    "rota_week": Row(COORDINATOR, ONLY_GET),
    "duty_add": Row(COORDINATOR, COORDINATOR),
    "duty_end": Row(COORDINATOR, COORDINATOR, ("pk:duty",)),
    "leave_add": Row(COORDINATOR, COORDINATOR),
    "leave_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, ("pk:leave",)),
    "stand_in_plan": Row(COORDINATOR, COORDINATOR, REGISTER),
    "stand_in_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, (*REGISTER, "pk:stand_in")),
    "supervision_edit": Row(COORDINATOR, COORDINATOR, ("workshop_id",)),
    "session_replan": Row(COORDINATOR, COORDINATOR, REGISTER),
    "one_off_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:one_off")),
    "absence_add": Row(OF_COACH, OF_COACH, ("key",)),
    "absence_withdraw": Row(ONLY_GET, COACH_ACTS, ("key", "pk:absence")),
    "correction_list": Row(COORDINATOR, ONLY_GET),
    "month_list": Row(COORDINATOR, ONLY_GET),
    "month_close": Row(COORDINATOR, COORDINATOR_ACTS, ("day",)),
    "month_statement": Row(COORDINATOR, ONLY_GET, ("day:statement_day",)),
    "month_statement_make": Row(ONLY_GET, COORDINATOR_ACTS, ("day:statement_day",)),
    "month_statement_xlsx": Row(COORDINATOR, ONLY_GET, ("day:statement_day", "version:statement_version")),
    "month_statement_pdf": Row(COORDINATOR, ONLY_GET, ("day:statement_day", "version:statement_version")),
    "correction_add": Row("login 302 404 302 403 403", COACH_ACTS, (*REGISTER, "key")),
    "correction_decide": Row(ONLY_GET, COORDINATOR, ("pk:correction",)),
    "attendance_history": Row(OF_COACH, ONLY_GET, (*REGISTER, "key")),
    "job_list": Row(CARE, ONLY_GET),
    "job_add": Row(CARE, CARE),
    "job_detail": Row(OF_COACH, ONLY_GET, ("pk:job",)),
    "job_edit": Row(OF_COACH, OF_COACH, ("pk:job",)),
    "job_mark": Row(ONLY_GET, COACH_ACTS, ("pk:job",)),
    "job_finish": Row(OF_COACH, OF_COACH, ("pk:job",)),
    "output_add": Row(OF_COACH, OF_COACH, REGISTER),
    "output_withdraw": Row(ONLY_GET, COACH_ACTS, (*REGISTER, "pk:output")),
    "output_list": Row(CARE, ONLY_GET),
    "period_output_add": Row(CARE, CARE),
    "period_output_withdraw": Row(ONLY_GET, "login 403 404 302 403 403", ("pk:output",)),
    "session_cancel": Row(OF_COACH, OF_COACH, REGISTER),
    "session_restore": Row(OF_COACH, OF_COACH, REGISTER),
    "session_note": Row(OF_COACH, COACH_ACTS, REGISTER),
    "register_entry": Row(OF_COACH, COACH_ACTS, REGISTER),
    "people_inside": Row(CARE, ONLY_GET),
    "people_inside_pdf": Row(CARE, ONLY_GET),
    "session_list_pdf": Row(OF_COACH, ONLY_GET, REGISTER),
    # participants
    "participant_list": Row(CARE, ONLY_GET),
    "participant_detail": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_add": Row(COORDINATOR, COORDINATOR),
    "participant_edit": Row(COORDINATOR, COORDINATOR, ("key",)),
    "merge_choose": Row(COORDINATOR, ONLY_GET, ("key",)),
    "participant_merge": Row(COORDINATOR, COORDINATOR, ("key", "other:volunteer")),
    "trajectory_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "trajectory_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "trajectory_start": Row(COORDINATOR, COORDINATOR, ("key", "pk:application")),
    "trial_confirm": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "trial_extend": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "application_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "application_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:application")),
    "application_decline": Row(COORDINATOR, COORDINATOR, ("key", "pk:application")),
    "application_withdraw": Row(COORDINATOR, COORDINATOR, ("key", "pk:application")),
    "indication_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "indication_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:indication")),
    "indication_renew": Row(COORDINATOR, COORDINATOR, ("key", "pk:indication")),
    "indication_shorten": Row(COORDINATOR, COORDINATOR, ("key", "pk:indication")),
    "renewal_step_add": Row(COORDINATOR, COORDINATOR, ("key", "pk:indication")),
    "indication_notice": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:indication")),
    "practitioner_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "practitioner_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:practitioner")),
    "representative_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "representative_edit": Row(COORDINATOR, COORDINATOR, ("key", "pk:representative")),
    "consent_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "consent_withdraw": Row(COORDINATOR, COORDINATOR, ("key", "pk:consent")),
    "not_together_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "not_together_remove": Row(COORDINATOR, COORDINATOR_ACTS, ("key", "pk:pair")),
    # the tabs of one person, and the lists
    "participant_path": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_indications": Row(OF_COACH, ONLY_GET, ("key",)),
    "citizen_number_detail": Row(COORDINATOR, ONLY_GET, ("key",)),
    "citizen_number_reveal": Row(ONLY_GET, COORDINATOR, ("key",)),
    "citizen_number_edit": Row(COORDINATOR, COORDINATOR, ("key",)),
    "citizen_number_remove": Row(COORDINATOR, COORDINATOR_ACTS, ("key",)),
    "participant_guidance": Row(OF_COACH, ONLY_GET, ("key",)),
    "goal_add": Row(OF_COACH, OF_COACH, ("key",)),
    "goal_edit": Row(OF_COACH, OF_COACH, ("key", "pk:goal")),
    "goal_step_add": Row(OF_COACH, OF_COACH, ("key", "pk:goal")),
    "goal_step_mark": Row(ONLY_GET, COACH_ACTS, ("key", "pk:step")),
    "goal_reopen": Row(ONLY_GET, COACH_ACTS, ("key", "pk:goal")),
    "review_add": Row(OF_COACH, OF_COACH, ("key", "pk:goal")),
    "note_add": Row(OF_COACH, OF_COACH, ("key",)),
    "note_edit": Row(OF_COACH, OF_COACH, ("key", "pk:note")),
    "note_draft_save": Row(ONLY_GET, COACH_ACTS, ("key",)),
    "note_draft_discard": Row(ONLY_GET, COACH_ACTS, ("key",)),
    "participant_skills": Row(OF_COACH, ONLY_GET, ("key",)),
    "ladder_step_add": Row(OF_COACH, OF_COACH, ("key", "workshop_id")),
    "ladder_step_withdraw": Row(ONLY_GET, COACH_ACTS, ("key", "pk:ladder_step")),
    "ability_grant": Row(OF_COACH, OF_COACH, ("key", "workshop_id")),
    "ability_withdraw": Row(OF_COACH, OF_COACH, ("key", "pk:ability_grant")),
    "certificate_pdf": Row(OF_COACH, ONLY_GET, ("key", "workshop_id")),
    "participant_growth": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_growth_pdf": Row(OF_COACH, ONLY_GET, ("key",)),
    "measurement_choose": Row(OF_COACH, OF_COACH, ("key",)),
    "measurement_start": Row(ONLY_GET, COACH_ACTS, ("key",)),
    "measurement_answer": Row(OF_COACH, OF_COACH, ("key", "pk:draft_measurement")),
    # A draft with open statements leads on to them; a finished one leads on to thanks.
    "measurement_finish": Row(COACH_ACTS, COACH_ACTS, ("key", "pk:draft_measurement")),
    "measurement_thanks": Row(OF_COACH, ONLY_GET, ("key", "pk:measurement")),
    "measurement_discard": Row(ONLY_GET, COACH_ACTS, ("key", "pk:draft_measurement")),
    "measurement_withdraw": Row(OF_COACH, OF_COACH, ("key", "pk:measurement")),
    "card_add": Row(OF_COACH, OF_COACH, ("key",)),
    "ladder_position_add": Row(OF_COACH, OF_COACH, ("key",)),
    "participant_around": Row(OF_COACH, ONLY_GET, ("key",)),
    "participant_documents": Row(OF_COACH, ONLY_GET, ("key",)),
    "support_plan_pdf": Row(OF_COACH, ONLY_GET, ("key",)),
    "document_send": Row(COORDINATOR, COORDINATOR, ("key",)),
    "document_draft_pdf": Row("login 403 403 404 403 403", ONLY_GET, ("key",)),
    "sent_document_pdf": Row(COORDINATOR, ONLY_GET, ("key", "pk:sent_document")),
    "volunteer_detail": Row(COORDINATOR, ONLY_GET, ("key:volunteer",)),
    "volunteer_edit": Row(COORDINATOR, COORDINATOR, ("key:volunteer",)),
    "allowance_add": Row(COORDINATOR, COORDINATOR, ("key:volunteer",)),
    "allowance_edit": Row(COORDINATOR, COORDINATOR, ("key:volunteer", "pk:allowance")),
    "allowance_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, ("key:volunteer", "pk:allowance")),
    "application_list": Row(COORDINATOR, ONLY_GET),
    "indication_list": Row(COORDINATOR, ONLY_GET),
    "measurement_list": Row(CARE, ONLY_GET),
    "review_list": Row(CARE, ONLY_GET),
    "volunteer_list": Row(COORDINATOR, ONLY_GET),
    # partners
    "organisation_list": Row(PARTNERS, ONLY_GET),
    "organisation_detail": Row(PARTNERS, ONLY_GET, ("pk:organisation",)),
    "organisation_add": Row(COORDINATOR, COORDINATOR),
    "organisation_edit": Row(COORDINATOR, COORDINATOR, ("pk:organisation",)),
    "contact_add": Row(COORDINATOR, COORDINATOR, ("organisation_id:organisation",)),
    "contact_edit": Row(COORDINATOR, COORDINATOR, ("pk:contact",)),
    "contact_remove": Row(ONLY_GET, COORDINATOR_ACTS, ("pk:contact",)),
    "collaboration_list": Row(PARTNERS, ONLY_GET),
    "collaboration_detail": Row(PARTNERS, ONLY_GET, ("pk:collaboration",)),
    "collaboration_add": Row(COORDINATOR, COORDINATOR),
    "collaboration_edit": Row(COORDINATOR, COORDINATOR, ("pk:collaboration",)),
    "milestone_add": Row(COORDINATOR, COORDINATOR, ("collaboration_id:collaboration",)),
    "milestone_edit": Row(COORDINATOR, COORDINATOR, ("pk:milestone",)),
    "milestone_picture": Row(PARTNERS, ONLY_GET, ("pk:milestone",)),
    "event_add": Row(COORDINATOR, COORDINATOR, ("collaboration_id:collaboration",)),
    "event_edit": Row(COORDINATOR, COORDINATOR, ("pk:event",)),
    "event_visits": Row(CARE, "login 302 302 302 403 403", ("pk:event",)),
    "attendance_overview_pdf": Row(OF_COACH, ONLY_GET, ("key",)),
    # somebody's own week
    "week_card": Row(OF_COACH, ONLY_GET, ("key",)),
    "week_card_pdf": Row(OF_COACH, ONLY_GET, ("key",)),
    "calendar_feed_make": Row(OF_COACH, COACH_ACTS, ("key",)),
    "calendar_feed_revoke": Row(ONLY_GET, COACH_ACTS, ("key", "pk:feed")),
    # Public: of who has the address. A wrong one is nobody's.
    "calendar_feed": Row("404 404 404 404 404 404", "405 405 405 405 405 405", ("token",)),
    "own_calendar": Row("login 200 200 403 403 403", "login 200 200 403 403 403"),
    "own_calendar_revoke": Row(ONLY_GET, "login 302 302 403 403 403"),
    # workshops: planning
    "workshop_week": Row(COORDINATOR, ONLY_GET),
    "week_board_pdf": Row(COORDINATOR, ONLY_GET, ("day",)),
    "workshop_slot": Row(COORDINATOR, ONLY_GET, SLOT),
    "workshop_detail": Row(OF_COACH, ONLY_GET, ("workshop_id",)),
    "workshop_add": Row(COORDINATOR, COORDINATOR),
    "workshop_edit": Row(COORDINATOR, COORDINATOR, ("workshop_id",)),
    "opening_edit": Row(COORDINATOR, COORDINATOR, ("workshop_id",)),
    "workshop_stop": Row(COORDINATOR, COORDINATOR, ("workshop_id",)),
    "workshop_move": Row(COORDINATOR, COORDINATOR, ("workshop_id",)),
    "location_close": Row(COORDINATOR, COORDINATOR, ("pk:location",)),
    "closure_list": Row(COORDINATOR, ONLY_GET),
    "closure_add": Row(COORDINATOR, COORDINATOR),
    "closure_edit": Row(COORDINATOR, COORDINATOR, ("pk:closure",)),
    "closure_withdraw": Row(COORDINATOR, COORDINATOR, ("pk:closure",)),
    "holiday_propose": Row(COORDINATOR, COORDINATOR, ("year",)),
    "placement_choose": Row(COORDINATOR, ONLY_GET, SLOT),
    "placement_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "placement_add_several": Row(COORDINATOR_ACTS, COORDINATOR_ACTS, SLOT),
    "trial_decide": Row(COORDINATOR_ACTS, COORDINATOR, ("key", "pk:placement")),
    "placement_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:placement")),
    "placement_change": Row(COORDINATOR, COORDINATOR, ("key", "pk:placement")),
    "placement_withdraw": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:placement")),
    "trajectory_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "trajectory_move_on": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "pause_add": Row(COORDINATOR, COORDINATOR, ("key", "pk:trajectory")),
    "pause_end": Row(COORDINATOR, COORDINATOR, ("key", "pk:pause")),
    "attention_list": Row(COORDINATOR, ONLY_GET),
    "attention_counts": Row(COORDINATOR, ONLY_GET),
    "attention_snooze": Row(COORDINATOR, COORDINATOR, ("item",)),
    "attention_resume": Row(ONLY_GET, COORDINATOR_ACTS, ("item",)),
    "waiting_list": Row(COORDINATOR, ONLY_GET),
    "waiting_add": Row(OF_COACH, OF_COACH, ("key",)),
    "waiting_match": Row(COORDINATOR, ONLY_GET, ("key",)),
    "waiting_edit": Row(OF_COACH, OF_COACH, ("key", "pk:waiting")),
    "waiting_decline": Row(COORDINATOR, COORDINATOR, ("key", "pk:waiting")),
    "waiting_withdraw": Row(OF_COACH, OF_COACH, ("key", "pk:waiting")),
    "waiting_place": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:waiting")),
    # workshops: import
    "year_import": Row(COORDINATOR, COORDINATOR),
    "year_import_detail": Row(COORDINATOR, ONLY_GET, ("pk:draft",)),
    "year_import_confirm": Row(ONLY_GET, COORDINATOR_ACTS, ("pk:draft",)),
    "schedule_continue": Row(COORDINATOR, COORDINATOR),
    # impact
    "dashboard": Row(MANAGEMENT, ONLY_GET),
    "statement_list": Row(MANAGEMENT, ONLY_GET),
    "statement_add": Row(MANAGEMENT, MANAGEMENT),
    "statement_edit": Row(MANAGEMENT, MANAGEMENT, ("pk:statement",)),
    "statement_stop": Row(ONLY_GET, "login 403 403 403 302 403", ("pk:statement",)),
    "figures": Row(FIGURES, ONLY_GET),
    "figure_facts": Row(FIGURES, ONLY_GET, ("key:figure",)),
    "report_list": Row(MANAGEMENT, ONLY_GET),
    "report_start": Row(ONLY_GET, MANAGEMENT_ACTS, ("year",)),
    "report_edit": Row(MANAGEMENT, ONLY_GET, ("year",)),
    "report_describe": Row(MANAGEMENT, MANAGEMENT, ("year",)),
    "report_complete": Row(ONLY_GET, MANAGEMENT_ACTS, ("year",)),
    "report_offer": Row(ONLY_GET, MANAGEMENT_ACTS, ("year",)),
    "report_return": Row(MANAGEMENT, MANAGEMENT, ("year",)),
    "report_correct": Row(MANAGEMENT, MANAGEMENT, ("year",)),
    "report_preview": Row(MANAGEMENT, ONLY_GET, ("year",)),
    "report_publish": Row(MANAGEMENT, MANAGEMENT_ACTS, ("year",)),
    "report_version": Row(MANAGEMENT, ONLY_GET, ("year", "number:report_version")),
    "report_file_download": Row(MANAGEMENT, ONLY_GET, ("year", "number:report_version", "pk:report_file")),
    "section_edit": Row(MANAGEMENT, MANAGEMENT, ("year", "pk:section")),
    "section_preview": Row(ONLY_GET, MANAGEMENT, ("year", "pk:section")),
    "section_picture": Row(MANAGEMENT, ONLY_GET, ("year", "pk:section")),
    "section_move": Row(ONLY_GET, MANAGEMENT_ACTS, ("year", "pk:section")),
    "partner_year_pdf": Row(PARTNERS, ONLY_GET, ("pk:organisation", "year")),
    "document_list": Row(MANAGEMENT, ONLY_GET),
    "document_news": Row(MANAGEMENT, ONLY_GET),
    "document_request": Row(ONLY_GET, "login 403 403 403 302 403"),
    "document_download": Row(MANAGEMENT, ONLY_GET, ("pk:made_document",)),
    "document_retry": Row(ONLY_GET, "login 403 403 403 302 403", ("pk:made_document",)),
    "document_cancel": Row(ONLY_GET, "login 403 403 403 302 403", ("pk:made_document",)),
    # what is measured
    "indicator_list": Row(MANAGEMENT, ONLY_GET),
    "indicator_add": Row(MANAGEMENT, MANAGEMENT),
    "indicator_edit": Row(MANAGEMENT, MANAGEMENT, ("pk:indicator",)),
    "target_list": Row(MANAGEMENT, ONLY_GET),
    "target_edit": Row(MANAGEMENT, "login 403 403 403 302 403", ("year",)),
    "factor_list": Row(MANAGEMENT, ONLY_GET),
    "factor_add": Row(MANAGEMENT, MANAGEMENT),
    "factor_edit": Row(MANAGEMENT, MANAGEMENT, ("pk:factor",)),
    "story_list": Row("login 200 200 200 200 403", ONLY_GET),
    "story_add": Row(CARE, CARE),
    "story_detail": Row(OF_COACH, ONLY_GET, ("pk:story",)),
    "story_edit": Row(OF_COACH, OF_COACH, ("pk:story",)),
    "story_picture": Row("login 200 404 200 404 403", ONLY_GET, ("pk:story",)),
    "story_use": Row(OF_COACH, OF_COACH, ("pk:story",)),
    "story_use_withdraw": Row(OF_COACH, OF_COACH, ("pk:story", "use_pk:story_use")),
    # privacy
    "breach_list": Row(PRIVACY, ONLY_GET),
    "breach_add": Row(PRIVACY, PRIVACY),
    "breach_detail": Row(PRIVACY, PRIVACY, ("pk:breach",)),
    "breach_edit": Row(PRIVACY, PRIVACY, ("pk:breach",)),
    "breach_close": Row(PRIVACY, PRIVACY, ("pk:breach",)),
    "breach_pdf": Row(PRIVACY, ONLY_GET, ("pk:breach",)),
    "processing_list": Row(PRIVACY, ONLY_GET),
    "processing_pdf": Row(PRIVACY, ONLY_GET),
    "rights_request_list": Row(COORDINATOR, ONLY_GET),
    "participant_rights": Row(COORDINATOR, ONLY_GET, ("key",)),
    "rights_request_add": Row(COORDINATOR, COORDINATOR, ("key",)),
    "rights_request_detail": Row(COORDINATOR, COORDINATOR, ("key", "pk:rights_request")),
    "rights_request_extend": Row(COORDINATOR, COORDINATOR, ("key", "pk:rights_request")),
    "rights_request_decide": Row(COORDINATOR, COORDINATOR, ("key", "pk:rights_request")),
    "rights_copy_make": Row(ONLY_GET, COORDINATOR_ACTS, ("key", "pk:rights_request")),
    "rights_copy_pdf": Row(COORDINATOR, ONLY_GET, ("key", "pk:rights_request", "copy:personal_copy")),
    "rights_copy_download": Row(COORDINATOR, ONLY_GET, ("key", "pk:rights_request", "copy:personal_copy")),
    # accounts
    "tablet_list": Row(ADMINISTRATOR, ONLY_GET),
    "tablet_add": Row(ADMINISTRATOR, ADMINISTRATOR),
    "tablet_revoke": Row(ONLY_GET, "login 403 403 403 403 302", ("pk:tablet",)),
    # of everybody
    "screen_lock": Row(ONLY_GET, "login login login login login login"),
    "screen_unlock": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "pin_edit": Row("login 200 200 200 200 200", "login 200 200 200 200 200"),
    "pin_remove": Row(ONLY_GET, "login 302 302 302 302 302"),
    "account_list": Row(ADMINISTRATOR, ADMINISTRATOR),
    "account_add": Row(ADMINISTRATOR, ADMINISTRATOR),
    "account_edit": Row(ADMINISTRATOR, ADMINISTRATOR, ("pk:account",)),
    "account_invite": Row(ONLY_GET, "login 403 403 403 403 302", ("pk:account",)),
    "account_reset": Row(ONLY_GET, "login 403 403 403 403 302", ("pk:account",)),
    # privacy: the access log
    "access_log": Row(ADMINISTRATOR, ONLY_GET),
    "month_review_list": Row(ADMINISTRATOR, ONLY_GET),
    "month_review": Row(ADMINISTRATOR, "login 403 403 403 403 302", ("day:past_month",)),
    "person_log": Row(COORDINATOR, ONLY_GET, ("key",)),
    # somebody's own sign-in
    "mfa_index": Row(EVERYBODY_SIGNED_IN, EVERYBODY_SIGNED_IN),
    # Without a second factor there is nothing to have a reserve of.
    "recovery_code_list": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "session_list": Row(EVERYBODY_SIGNED_IN, ONLY_GET),
    "session_end": Row(ONLY_GET, "login 404 404 404 404 404", ("pk:account",)),
    "session_end_others": Row(ONLY_GET, "login 302 302 302 302 302"),
}


def pages_of(role: str) -> set[str]:
    """The names of the pages that somebody with `role` may open."""
    place = EVERYBODY.index(role)
    return {
        name
        for name, row in TABLE.items()
        if row.get.split()[place] == "200" and not name.endswith(("_pdf", "_picture", "_xlsx", "_download"))
    }


def url_of(name: str, world: dict) -> str:
    """The address of `name`; `pk:draft` in the table fills the argument `pk` with the draft of the world."""
    arguments = (need.partition(":") for need in TABLE[name].world)
    return reverse(name, kwargs={argument: world[source or argument] for argument, _, source in arguments})


def answer_of(client, identity: str, method: str, url: str, world: dict) -> HttpResponse:
    client.logout()
    if identity != "nobody":
        client.force_login(world["users"][identity], "allauth.account.auth_backends.AuthenticationBackend")
    return client.get(url) if method == "get" else client.post(url)


def answer_to(client, identity: str, method: str, url: str, world: dict) -> str:
    with transaction.atomic():
        answer = answer_of(client, identity, method, url, world)
        transaction.set_rollback(True)
    assert (missing_headers(answer), answer["Cache-Control"]) == (set(), "private, no-store")
    is_login = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
    return "login" if is_login else str(answer.status_code)


def test_every_address_stands_in_the_table():
    assert {pattern.name for pattern in own_patterns()} ^ set(TABLE) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", TABLE)
def test_everybody_gets_what_the_table_says(client, world, name, method):
    url = url_of(name, world)
    answers = {who: answer_to(client, who, method, url, world) for who in EVERYBODY}
    assert answers == dict(zip(EVERYBODY, getattr(TABLE[name], method).split(), strict=True))


OF_A_PERSON = sorted(
    n for n, row in TABLE.items() if any(w.startswith("pk:") for w in row.world) and "key" in row.world
)


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_PERSON)
def test_a_row_is_not_found_under_the_key_of_somebody_else(client, world, name):
    url = url_of(name, world | {"key": world["volunteer"]})
    answers = [answer_to(client, "coordinator", method, url, world) for method in ("get", "post")]
    assert set(answers) <= {"404", "405"}
    assert "404" in answers
