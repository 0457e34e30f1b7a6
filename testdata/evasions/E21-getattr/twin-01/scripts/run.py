class A: pass
a = A()
print(getattr(a, "name", None))
