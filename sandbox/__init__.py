"""A local stand-in of the LINE platform, with a chat page in the browser. See README.md."""
