"""The steps: one verb each, its permission, its checks and its move, the same for every door.

The admin, the pages, the command line and the tasks call these and decide nothing themselves.
"""
