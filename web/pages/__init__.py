"""The pages of the reading room, one file each."""
