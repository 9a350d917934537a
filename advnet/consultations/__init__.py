"""Consultations: the request for advice, its questions, markings, states; invitations to answer it."""
