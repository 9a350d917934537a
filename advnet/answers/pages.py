"""The pages of answers and of rounds, each on one blueprint: their files only need to be imported."""

from advnet.answers import views
from advnet.answers.feedback import views as feedback_views
from advnet.consultations.rounds import views as round_views

bp = views.bp
rounds = round_views.bp

__all__ = ["bp", "feedback_views", "rounds"]
