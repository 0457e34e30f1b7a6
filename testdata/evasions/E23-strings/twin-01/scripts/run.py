print("".join(["a", "b"]))
