"""The assistant: Rasa with our components, actions and turn endpoint."""
