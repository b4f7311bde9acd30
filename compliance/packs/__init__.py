"""Rule packs: law as data.

`files` and `loader` read one, `schema` is its shape, `store` says which are in force, `lint` and `diff`
what is wrong with one and what it changes.
"""

from compliance.packs.files import ROOT, PackError
from compliance.packs.loader import Pack, load_pack
from compliance.packs.store import home, installed, load, look, refused, trial, use, with_folder

__all__ = [
    "ROOT",
    "Pack",
    "PackError",
    "home",
    "installed",
    "load",
    "load_pack",
    "look",
    "refused",
    "trial",
    "use",
    "with_folder",
]
