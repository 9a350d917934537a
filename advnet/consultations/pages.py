"""The pages of consultations and those of invitations, each on one blueprint: their files only need to be imported."""

from advnet.consultations import move_views, views
from advnet.consultations.invitations import panel_views
from advnet.consultations.invitations import views as invitation_views
from advnet.consultations.resolving import views as resolving_views

bp = views.bp
invitations = invitation_views.bp
resolving = resolving_views.bp

__all__ = ["bp", "invitations", "move_views", "panel_views", "resolving"]
