"""The commands about this machine: `bench` measures its base rates, `estimate` uses them."""
