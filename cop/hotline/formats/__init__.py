"""Files that the hotline writes for others."""
