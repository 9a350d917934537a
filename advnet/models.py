"""Every module with tables, imported so that the metadata is whole (for migrations and tests)."""

from advnet.accounts import model as accounts
from advnet.audit import model as audit
from advnet.experts import model as experts
from advnet.jobs import model as jobs

__all__ = ["accounts", "audit", "experts", "jobs"]
