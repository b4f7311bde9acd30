"""The counting of `compliance.counting` as data for the browser, so that both count alike."""

import sys
import unicodedata
from functools import cache


@cache
def wide() -> dict[str, list[list[int]]]:
    """Return the code points that count 2 and those that count 0 in display width, as ranges.

    [[first, last], …], from the same Unicode tables by which the server counts.
    """
    ranges: dict[str, list[list[int]]] = {"two": [], "none": []}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.combining(char):
            kind = "none"
        elif unicodedata.east_asian_width(char) in "WF":
            kind = "two"
        else:
            continue
        found = ranges[kind]
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return ranges
