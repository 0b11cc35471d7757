"""Safe previews: a picture of a message, drawn by a browser that has nothing and reaches nobody."""
