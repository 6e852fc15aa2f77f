"""The closed lists of codes: categories by kind, and services (taxonomy, schema 1, parts 4.1 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.records import ActKind

PROTECTED: tuple[str, ...] = (
    "evaluation_request", "iee_request", "service_request", "accommodation_request", "iep_disagreement",
    "meeting_request", "records_request", "concern_raised", "formal_complaint", "due_process_filing",
    "mediation_request", "representation", "public_advocacy", "participation",
)  # fmt: skip
ADVERSE: tuple[str, ...] = (
    "cps_report", "truancy_referral", "law_enforcement_referral", "suspension", "expulsion",
    "informal_removal", "schedule_reduction", "placement_change", "service_denial", "service_reduction",
    "accommodation_denial", "evaluation_denial", "staff_change", "communication_restriction",
    "access_restriction", "exclusion", "grading", "records_denial", "meeting_denial", "hostility",
    "legal_threat", "legal_action", "residency_challenge", "privacy_disclosure", "staff_reprisal",
)  # fmt: skip
SCHOOL_EVENTS: tuple[str, ...] = (
    "incident", "removal_from_class", "restraint_or_seclusion", "absence", "parent_notified",
    "notification_missed", "meeting_scheduled", "meeting_held", "meeting_cancelled", "evaluation_done",
    "consent_given", "document_issued", "records_provided", "records_missing", "service_started",
    "service_delivered", "service_missed", "commitment", "stated_reason", "knowledge_signal",
    "status_report", "agency_outcome",
)  # fmt: skip
KIND_OF: dict[str, ActKind] = {
    **dict.fromkeys(PROTECTED, "protected_activity"),
    **dict.fromkeys(ADVERSE, "adverse_action"),
    **dict.fromkeys(SCHOOL_EVENTS, "school_event"),
}
SERVICES: tuple[str, ...] = (
    "slp", "ot", "pt", "aba", "one_to_one_aide", "shared_aide", "counseling", "social_work",
    "psych_services", "nursing", "transportation", "esy", "assistive_technology", "aac", "sdi_resource",
    "push_in", "pull_out", "self_contained", "fba", "bip", "accommodation", "modification", "hearing",
    "vision", "apep", "social_skills", "reading_intervention", "transition", "parent_training",
    "home_hospital", "compensatory", "communication_log", "supervision", "safety_plan",
)  # fmt: skip
