"""Registrations: the applicant's request to join, its vetting by administrators, the decision."""
