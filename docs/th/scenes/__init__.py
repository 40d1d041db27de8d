"""What is played for the handbook's pictures: one function a page."""
