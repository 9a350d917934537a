"""Invitations: one expert asked about one consultation, from the proposal to the reply."""
