"""How ordinary a stretch of Chinese is: the likeliest way to cut it into common words.

The judge between what a text says and the forbidden word that sounds or looks like it: 位移 is a word,
so nobody meant 唯一; 国加级 is none. A unigram model over the words of `data.rarities`.
"""

from functools import lru_cache

from compliance.data import rarities

#: What a character costs that is no common word: about one in nine million, in quarters of a nat.
UNKNOWN = 64
#: How many characters to either side of a stretch may make words with it.
NEAR = 2
_NEVER = 1 << 30


@lru_cache(maxsize=8192)
def cost(text: str) -> int:
    """Return the rarity of the likeliest cut of `text` into words, in quarters of a nat."""
    known = rarities().get
    # The least cost up to one, two, three and four characters before the end of what is cut.
    one, two, three, four = 0, _NEVER, _NEVER, _NEVER
    for at, char in enumerate(text, 1):
        least = one + known(char, UNKNOWN if char.isalnum() else 0)
        if two < _NEVER and (other := two + known(text[at - 2 : at], _NEVER)) < least:
            least = other
        if three < _NEVER and (other := three + known(text[at - 3 : at], _NEVER)) < least:
            least = other
        if four < _NEVER and (other := four + known(text[at - 4 : at], _NEVER)) < least:
            least = other
        one, two, three, four = least, one, two, three
    return one


def gain(text: str, start: int, end: int, instead: str) -> int:
    """Return by how much `text` reads more ordinary with `instead` in place of [start:end]."""
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    said = before + text[start:end] + after
    return cost(said) - cost(before + instead + after)
