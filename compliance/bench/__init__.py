"""Measurements of the gates that need no labelled cases; `manage.py bench gates` runs them."""
