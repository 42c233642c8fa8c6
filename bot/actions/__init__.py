"""Rasa-sdk actions: each reads the turn, says something and changes slots.

``ActionExecutor.register_package("bot.actions")`` finds them all. Nothing here imports
rasa itself, so the action server stays small.
"""
