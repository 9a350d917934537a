"""Every mail that advnet sends: one function here, one folder under ``templates/mail/``.

A function queues the mail in the transaction of the change that causes it. Arguments are plain JSON-ready values: ids
for the links, titles, times as ISO 8601 strings; never text of answers or advice, and of a consultation no more than
its marking lets the reader of a mailbox see.
"""
