"""Full text over all reports: an index of the present reading of each document, kept with whatever is written."""
