"""Who sees what: organization, membership, client and its team, and the manager that holds the walls.

The lowest room of the house: everything that belongs to somebody is built on it.
"""
