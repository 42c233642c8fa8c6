"""Ways in and out of a conversation, one per provider; they know its wire format and no more."""
