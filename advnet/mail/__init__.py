"""Mail: one function and one template folder for each message; rows of the outbox; transports."""
