"""Which experts a question asks for: the formula, what goes into it, and the reasons that come of it."""
