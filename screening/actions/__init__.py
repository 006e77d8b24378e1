"""Every write of the service. Each is one transaction that names who did it and records what happened."""
