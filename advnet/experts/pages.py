"""The pages of experts on one blueprint: its files only need to be imported to put theirs on it."""

from advnet.experts import section_views, skill_views, views
from advnet.experts.works import views as work_views

bp = views.bp

__all__ = ["bp", "section_views", "skill_views", "work_views"]
