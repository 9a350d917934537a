"""What experts say to each other between rounds."""
