"""What people look at: figures and pages."""

from chronotope.pages.evaluation import check_plot, draw_evaluation

__all__ = ["check_plot", "draw_evaluation"]
