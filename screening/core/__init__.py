"""What every part of the service stands on: keys and sealing, sessions, answers over HTTP, logs, limits,
health."""
