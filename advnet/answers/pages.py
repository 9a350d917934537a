"""The pages of answers and of rounds, each on one blueprint: their files only need to be imported."""

from advnet.answers import views
from advnet.answers.discussion import views as discussion_views
from advnet.answers.feedback import views as feedback_views
from advnet.answers.items import views as item_views
from advnet.answers.record import views as record_views
from advnet.answers.results import views as result_views
from advnet.consultations.rounds import views as round_views

bp = views.bp
rounds = round_views.bp
records = record_views.bp

__all__ = ["bp", "discussion_views", "feedback_views", "item_views", "records", "result_views", "rounds"]
