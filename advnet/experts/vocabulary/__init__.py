"""The skill vocabulary: shipped as a file, loaded, searched, kept by administrators."""
