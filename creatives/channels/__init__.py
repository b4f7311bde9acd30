"""Where copy goes. `base` is the contract of a channel plugin, `registry` finds them."""
