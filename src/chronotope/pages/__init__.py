"""What people look at: figures and pages."""

from chronotope.pages.evaluation import check_plot, draw_evaluation
from chronotope.pages.figures import COLOURS
from chronotope.pages.judged import evaluation_sections, read_evaluation
from chronotope.pages.page import check, render, write
from chronotope.pages.people import (
    city_sections,
    community_sections,
    overview_sections,
    term_series,
    user_sections,
)
from chronotope.pages.places import FLOWS, PARTS, flow_section, gap_section, hotspot_section
from chronotope.pages.words import words

__all__ = [
    "COLOURS",
    "FLOWS",
    "PARTS",
    "check",
    "check_plot",
    "city_sections",
    "community_sections",
    "draw_evaluation",
    "evaluation_sections",
    "flow_section",
    "gap_section",
    "hotspot_section",
    "overview_sections",
    "read_evaluation",
    "render",
    "term_series",
    "user_sections",
    "words",
    "write",
]
