"""The demo agencies: data, and nothing that decides anything."""
