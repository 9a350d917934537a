"""The pages of consultations and those of invitations, each on one blueprint: their files only need to be imported."""

from advnet.consultations import invitation_views, move_views, panel_views, views

bp = views.bp
invitations = invitation_views.bp

__all__ = ["bp", "invitations", "move_views", "panel_views"]
