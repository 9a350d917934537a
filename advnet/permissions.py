"""The whole access policy, as one table: permission → rows of small pure predicates ``(actor, thing)``.

A permission is granted when **any** of its rows holds; one that has no row is denied to everybody. Predicates look at
facts of the row in hand only, never at the database. Views (through ``web.access``), services, queries and templates
all read this table; the same question is asked nowhere else. A name is ``noun:verb`` in the words of the glossary.

What may not be *read* is answered as if it were not there; that is done by the queries, which take the actor.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from advnet.accounts.model import Actor, Role
from advnet.errors import Forbidden

Predicate = Callable[[Actor, Any], bool]


class Permission(StrEnum):
    # accounts
    ACCOUNT_OWN = "account:own"
    ACCOUNT_MANAGE = "account:manage"
    # audit and operation
    AUDIT_READ = "audit:read"
    JOB_READ = "job:read"
    JOB_RETRY = "job:retry"


def anyone(actor: Actor, thing: Any) -> bool:
    return True


def signed_in(actor: Actor, thing: Any) -> bool:
    return actor.is_signed_in


def role(*roles: Role) -> Predicate:
    """The actor holds one of ``roles``."""

    def holds(actor: Actor, thing: Any) -> bool:
        return actor.has(*roles)

    return holds


def owns(actor: Actor, thing: Any) -> bool:
    """The thing belongs to the actor's account (``thing.user_id``)."""
    return actor.is_signed_in and thing.user_id == actor.user_id


def system(actor: Actor, thing: Any) -> bool:
    """The worker, the command line or the demo acts."""
    return actor.system is not None


def both(*predicates: Predicate) -> Predicate:
    """Every one of ``predicates`` holds."""

    def hold(actor: Actor, thing: Any) -> bool:
        return all(predicate(actor, thing) for predicate in predicates)

    return hold


def state_in(*states: str) -> Predicate:
    """The thing is in one of ``states``."""

    def holds(actor: Actor, thing: Any) -> bool:
        return thing.state in states

    return holds


administrator = role(Role.ADMINISTRATOR)
auditor = role(Role.AUDITOR)
advisor = role(Role.ADVISOR)
desk = role(Role.ADVISOR, Role.SECRETARIAT)

TABLE: Mapping[Permission, tuple[Predicate, ...]] = {
    Permission.ACCOUNT_OWN: (signed_in,),
    Permission.ACCOUNT_MANAGE: (administrator, system),
    Permission.AUDIT_READ: (auditor, system),
    Permission.JOB_READ: (administrator, system),
    Permission.JOB_RETRY: (administrator, system),
}


def allows(permission: Permission, actor: Actor, thing: Any = None) -> bool:
    """Whether any row of the table grants ``permission`` to ``actor`` on ``thing``."""
    return any(predicate(actor, thing) for predicate in TABLE.get(permission, ()))


def require(permission: Permission, actor: Actor, thing: Any = None) -> None:
    """:raises Forbidden: no row of the table grants it"""
    if not allows(permission, actor, thing):
        raise Forbidden()
