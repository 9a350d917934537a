"""From text to the terms that are indexed and asked for, and back to words that a reader knows."""
