"""Items that experts name in round 0, and what the facilitator makes of them."""
