"""What a closed round brought, as those who gave it may read it."""
