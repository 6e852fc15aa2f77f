"""Role codes and the side that follows from each (taxonomy, schema 1, part 4.2)."""

from models.records import Side

_FAMILY = "parent other_parent student sibling advocate family_attorney private_provider"
_SCHOOL = (
    "classroom_teacher sped_teacher case_manager aide slp ot pt nurse counselor social_worker school_psych "
    "bcba principal assistant_principal sped_director 504_coordinator lea_rep superintendent board_member "
    "attendance_officer office_staff transport school_attorney"
)
# The last four are ambiguous in the taxonomy: nobody's side until the config says otherwise.
_NEUTRAL = (
    "cps_worker police prosecutor court state_official federal_official hearing_officer "
    "private_evaluator other_parents agency_staff sro"
)

ROLE_SIDES: dict[str, Side] = {
    **dict.fromkeys(_FAMILY.split(), "family"),
    **dict.fromkeys(_SCHOOL.split(), "school"),
    **dict.fromkeys(_NEUTRAL.split(), "neutral"),
}
"""Role code -> side. A `side` in config.toml wins."""

DECIDES = frozenset(
    {"principal", "assistant_principal", "sped_director", "superintendent", "lea_rep", "board_member"}
)
"""Roles that make decisions for the school unless the config says otherwise."""
