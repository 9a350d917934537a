"""The edge: request, session and actor; access; forms; language; errors; security headers; what operators read."""

from werkzeug.wrappers import Response

Page = str | Response | tuple[str, int]
"""What a view returns: the text of a page, a redirect or download, or a text with its status."""
