"""The web channel: sessions, messages, a resumable stream of entries, and the widget."""
