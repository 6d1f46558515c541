"""Files as their publishers give them -> rows of the reference tables; a module for each publisher."""
