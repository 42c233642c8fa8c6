"""The providers that carry codes to people: an HTTP messaging service and mail by SMTP."""
