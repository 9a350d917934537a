"""What the worker does about links that somebody has asked for."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from advnet import clock
from advnet.accounts.handlers import handlers
from advnet.jobs.model import Job


def mail_links(session: Session) -> None:
    """Carry out the jobs that mail a link, and commit; links of pages live by the real clock."""
    for job in session.scalars(sa.select(Job).where(Job.kind.in_(handlers()))).all():
        handlers()[job.kind](session, job.payload, clock.now())
        session.delete(job)
    session.commit()
