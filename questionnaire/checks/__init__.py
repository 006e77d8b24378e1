"""What keeps a draft from being published, in words an editor can act on. Pure Python."""
