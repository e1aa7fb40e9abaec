"""What a report is: divisions, official forms, readers, checks and identity, as pure functions without I/O."""
