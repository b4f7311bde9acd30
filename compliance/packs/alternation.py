"""A word list as one regular expression that tries few branches: a trie, not a list."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

#: From how many first characters on a look ahead costs less than trying their branches.
_MANY = 8
_PLAIN = re.compile(r"[\w %.+]+")


def alternation(words: Iterable[str]) -> str:
    """Return `words` as one group; of two words that begin alike the longer is tried first.

    A list that holds regular expressions of its own is joined as it stands, longest first. Python's
    engine tries the branches of a group one after the other, so a list of 600 words costs 600 looks at
    each character and its trie about as many as there are first characters.
    """
    listed = sorted(words, key=len, reverse=True)
    if not all(_PLAIN.fullmatch(word) for word in listed) or any("." in word for word in listed):
        return f"(?:{'|'.join(listed)})"
    trie: dict[str, Any] = {}
    for word in listed:
        node = trie
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    if len(trie) < _MANY:
        return _group(trie)
    # One look at a class tells that no branch will do, which is so nearly everywhere.
    return f"(?=[{''.join(sorted(map(re.escape, trie)))}]){_group(trie)}"


def _group(node: Mapping[str, Any]) -> str:
    """Return the group of all that follows `node`; "" marks the end of a word."""
    tails: dict[str, list[str]] = {}
    for char, below in node.items():
        if char:
            tails.setdefault(_group(below), []).append(char)
    branches = [_one_of(chars) + tail for tail, chars in tails.items()]
    if not branches:
        return ""
    optional = "?" if "" in node else ""
    if len(branches) == 1 and not optional:
        return branches[0]
    return f"(?:{'|'.join(branches)}){optional}"


def _one_of(chars: list[str]) -> str:
    escaped = [re.escape(char) for char in chars]
    return escaped[0] if len(escaped) == 1 else f"[{''.join(sorted(escaped))}]"
