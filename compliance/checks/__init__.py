"""The gates that ship with Copydesk: rule packs, word lists, placement limits, product facts."""
