"""The outbox: work that must follow a change, kept in the change's own transaction and carried out by the worker."""
