"""The edge: request, session and actor; access; forms; language; errors; security headers; what operators read."""
