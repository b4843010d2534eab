"""What the events of many people say together: who is interested in what."""
