"""The pages of finding on their two blueprints: its files only need to be imported to put theirs on them."""

from advnet.matching import absence_views, search_views, similar_views, views

bp = views.bp
search = search_views.bp

__all__ = ["absence_views", "bp", "search", "similar_views"]
