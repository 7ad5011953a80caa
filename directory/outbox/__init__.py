"""Mail: messages are put into the outbox in the transaction of what caused them, and sent from there."""

from directory.outbox.rows import Unsent, forget, last_put, list_unsent, put, try_again
from directory.outbox.sending import Outcome, ServerAway, send_due

__all__ = ["Outcome", "ServerAway", "Unsent", "forget", "last_put", "list_unsent", "put", "send_due", "try_again"]
