"""What the worker does: the job handlers and followers of all parts, put together."""

from advnet.accounts import handlers as accounts
from advnet.clock import now
from advnet.config import Settings
from advnet.consultations import handlers as consultations
from advnet.consultations.invitations import handlers as invitations
from advnet.db import Database
from advnet.experts import handlers as experts
from advnet.jobs.worker import Follower, Handler, Worker
from advnet.mail import handlers as mail
from advnet.mail.transport import transport_for
from advnet.matching.handlers import IndexFollower, QuestionFollower, VectorFollower
from advnet.search import ExpertIndex


def job_handlers(settings: Settings) -> dict[str, Handler]:
    """Job kind → handler, of every part."""
    return {
        **mail.handlers(settings, transport_for(settings)),
        **accounts.handlers(),
        **experts.HANDLERS,
        **consultations.handlers(),
        **invitations.handlers(),
    }


def followers(database: Database, index: ExpertIndex) -> tuple[Follower, ...]:
    """What is brought up to date in every round."""
    return (IndexFollower(database, index), VectorFollower(index), QuestionFollower(database, index, now=now))


def make_worker(settings: Settings, database: Database, index: ExpertIndex) -> Worker:
    return Worker(database, handlers=job_handlers(settings), followers=followers(database, index))


def make_worker_without_vectors(settings: Settings, database: Database, index: ExpertIndex) -> Worker:
    """For who wants everything done that somebody would miss at once."""
    return Worker(database, handlers=job_handlers(settings), followers=(IndexFollower(database, index),))
