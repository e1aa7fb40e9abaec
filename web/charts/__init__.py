"""What is drawn: the map of tiles and the lines of a county's figures, as plain numbers for the templates."""
