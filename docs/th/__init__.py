"""The Thai handbook for staff and coordinators."""
