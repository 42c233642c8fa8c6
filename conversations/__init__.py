"""Conversation core: who owns a conversation, in what order it runs and what was said."""
