"""Who may sign in: users, credentials, roles, invitations of staff, login sessions."""
