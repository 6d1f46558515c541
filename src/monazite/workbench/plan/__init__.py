"""What partners should do, alone and together, and the files a plan is kept in."""
