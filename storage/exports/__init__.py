"""What researchers take away: tables of plain values, their files and codebook, data packages and releases."""
