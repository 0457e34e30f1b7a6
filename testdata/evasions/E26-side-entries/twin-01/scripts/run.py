class A:
    def __del__(self):
        print("closed")
A()
