"""The table of rights: who may open which URL with which method, and what is made of it."""
