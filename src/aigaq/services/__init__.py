"""The acts: the only place where permission, transaction and the record of what happened meet."""
